/// Go's go-httpbin, where somebody built it.
struct GoHttpbin: BenchServer {
    let name = "go-httpbin"
    let process: ChildProcess
    let url: String
    let path = "/status/429"

    init(program: String?) throws {
        guard let program = program ?? Workshop.tool("go-httpbin") else {
            throw BenchError("go-httpbin is not installed: --go-httpbin FILE")
        }
        let port = try Socket.freePort()
        process = try ChildProcess(
            [program, "-host", "127.0.0.1", "-port", "\(port)", "-log-level", "ERROR"], isHeard: false)
        url = "http://127.0.0.1:\(port)"
        try Self.wait(for: port, of: process)
    }
}
