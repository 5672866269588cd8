internal import Glibc

/// wrk: as many requests as a number of connections can carry, one at a time on each.
struct Wrk {
    static let connections = 64

    struct Figures {
        var requestsPerSecond: Double
        /// On a processor in the server, for each request.
        var serverMicroseconds: Double
    }

    let seconds: Int
    /// A script for requests that differ.
    var script: String?

    private var options: [String] { ["-t1", "-c\(Self.connections)", "-d\(seconds)s"] }

    /// How it is called, for the table's reader.
    var settings: String { "wrk " + options.joined(separator: " ") }

    func run(_ server: any BenchServer) throws -> Figures {
        var arguments = ["wrk"] + options
        if let script { arguments += ["-s", script] }
        let before = try? ProcessFigures.processorTime(of: server.process.pid)
        let text = try ChildProcess.run(arguments + [server.url + server.path])
        let after = try? ProcessFigures.processorTime(of: server.process.pid)
        // It mentions errors only where there were any.
        if let errors = text.between("Socket errors: ", "\n") {
            throw BenchError("\(server.name): wrk saw errors, \(errors)")
        }
        guard let rate = text.between("Requests/sec:", "\n").flatMap({ Double($0.filter { $0 != " " }) }),
            let count = text.between("\n  ", " requests in").flatMap({ $0.split(separator: " ").last })
                .flatMap({ Double($0) })
        else { throw BenchError("\(server.name): wrk printed no rate") }
        guard count > 0 else { throw BenchError("\(server.name) answered nothing in \(seconds) s") }
        let used = before.flatMap { before in after.map { Double($0 - before) } } ?? .nan
        return Figures(requestsPerSecond: rate, serverMicroseconds: used / count / 1000)
    }
}
