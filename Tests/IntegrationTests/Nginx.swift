import TestSupport

/// An nginx of a test's own, in a temporary folder and on a free port of the loopback address.
struct Nginx {
    let port: UInt16
    let folder: TemporaryFolder

    private static let program = "/usr/sbin/nginx"
    private var arguments: [String] {
        [Self.program, "-p", folder.path, "-c", "\(folder.path)/nginx.conf", "-e", "stderr"]
    }

    /// Runs the body while nginx serves.
    ///
    /// - Parameters:
    ///   - servers: what stands in the block `http`, with `PORT` where its port belongs.
    static func serving<Result>(
        in folder: TemporaryFolder, _ servers: String,
        _ body: (Nginx) async throws -> Result
    ) async throws -> Result {
        // Between finding a port and taking it, somebody else may take it.
        for attempt in 1... {
            let nginx = Nginx(port: FreePorts.some(1)[0], folder: folder)
            try folder.write(
                """
                master_process off;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 4096; }
                http {
                    log_format plain "$server_protocol $request_method $uri $connection";
                    access_log access.log plain;
                    client_body_temp_path temporary; proxy_temp_path temporary; fastcgi_temp_path temporary;
                    uwsgi_temp_path temporary; scgi_temp_path temporary;
                \(servers.split(separator: "PORT", omittingEmptySubsequences: false).joined(separator: "\(nginx.port)"))
                }
                """, to: "nginx.conf")
            // It goes into the background once it listens.
            let start = try await Program.env.run(nginx.arguments)
            if start.exitCode == 127 { throw Program.Missing(name: program) }
            guard start.exitCode == 0 else {
                if attempt < 5, start.errors.contains("Address already in use") { continue }
                throw Failed(errors: start.errors)
            }
            do {
                let result = try await body(nginx)
                try await nginx.stop()
                return result
            } catch {
                try? await nginx.stop()
                throw error
            }
        }
        throw Failed(errors: "no port was free")
    }

    /// The requests so far, a line each; nginx writes one when the response has gone.
    var log: [Substring] {
        get throws { try folder.text(of: "access.log").split(separator: "\n") }
    }

    private func stop() async throws { _ = try await Program.env.run(arguments + ["-s", "stop"]) }

    struct Failed: Error { var errors: String }
}
