/// nginx with `limit_req`: one worker, and no log, which is less than Retrograde does.
struct Nginx: BenchServer {
    let name = "nginx limit_req"
    let process: ChildProcess
    let url: String
    let path = "/answer.json"

    init(_ workshop: Workshop) throws {
        guard let program = Workshop.tool("nginx") ?? Workshop.fetched("nginx/usr/sbin/nginx") else {
            throw BenchError("nginx is not installed: .ci/bench-servers")
        }
        let port = try Socket.freePort()
        let folder = workshop.file("nginx")
        try ChildProcess.run(["mkdir", "-p", folder])
        try TextFile.write(
            """
            daemon off; worker_processes 1; pid \(folder)/pid; error_log /dev/null crit;
            events { worker_connections 1024; }
            http {
                access_log off; keepalive_requests 1000000000;
                client_body_temp_path \(folder)/body; proxy_temp_path \(folder)/proxy; fastcgi_temp_path \(folder)/fcgi;
                uwsgi_temp_path \(folder)/uwsgi; scgi_temp_path \(folder)/scgi;
                limit_req_zone $binary_remote_addr zone=all:10m rate=1r/m;
                limit_req_status 429;
                server {
                    listen 127.0.0.1:\(port);
                    add_header Retry-After 2 always;
                    location / { root \(folder); limit_req zone=all; }
                }
            }

            """, to: "\(folder)/nginx.conf")
        try TextFile.write("{\"ok\":true}\n", to: "\(folder)/answer.json")
        process = try ChildProcess([program, "-p", folder, "-c", "\(folder)/nginx.conf"], isHeard: false)
        url = "http://127.0.0.1:\(port)"
        try Self.wait(for: port, of: process)
    }
}

extension BenchServer {
    /// Waits until somebody listens.
    static func wait(for port: UInt16, of process: ChildProcess) throws {
        let deadline = Clock.now() + 20_000_000_000
        while (try? Socket(port: port)) == nil {
            guard Clock.now() < deadline, !process.hasEnded else { throw BenchError("it does not listen") }
            process.pause(milliseconds: 20)
        }
    }
}
