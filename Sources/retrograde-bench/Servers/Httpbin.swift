/// httpbin under gunicorn: two workers, so that it may use both cores, with threads, so that connections stay open.
struct Httpbin: BenchServer {
    let name = "httpbin, gunicorn"
    let process: ChildProcess
    let url: String
    let path = "/status/429"

    init(python: String?) throws {
        let program = try PythonServer.program("gunicorn", in: python)
        let port = try Socket.freePort()
        process = try ChildProcess(
            [
                program, "--workers", "2", "--worker-class", "gthread", "--threads", "32", "--keep-alive", "60",
                "--bind", "127.0.0.1:\(port)", "--log-level", "error", "httpbin:app",
            ], isHeard: false)
        url = "http://127.0.0.1:\(port)"
        try Self.wait(for: port, of: process)
    }
}

enum PythonServer {
    /// A program of the virtual environment.
    static func program(_ name: String, in environment: String?) throws -> String {
        let given = environment.map { "\($0)/bin/\(name)" }
        guard let path = given ?? Workshop.fetched("python/bin/\(name)"), Workshop.isProgram(path) else {
            throw BenchError("\(name) is not installed: .ci/bench-servers, or --python FOLDER")
        }
        return path
    }
}
