/// What an exchange keeps in the journal, and what an idle connection keeps.
enum Memory: Measurement {
    static let name = "memory"
    static let lines = [
        Line("memory of a journalled exchange, its fields included", .atMost(300, .bytes)),
        Line("memory of an idle connection beyond libmicrohttpd's own", .atMost(3, .kilobytes)),
    ]

    static func method(_ session: Session) -> String {
        "anonymous memory, before and after 100,000 exchanges; before and with 4,000 connections, beside the floor"
    }

    static func run(_ session: Session) throws -> [Row] {
        [try exchanges(session), try connections(session)]
    }

    private static func exchanges(_ session: Session) throws -> Row {
        let server = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("scripted"))
        let request = Request.get("/")
        let sample = try server.sample(request)
        // The target and the fields of both messages, as the journal shows them.
        let text =
            String(decoding: request, as: UTF8.self).split(separator: "\r\n").dropFirst().reduce(1) {
                $0 + $1.utf8.count
            }
            + sample.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        _ = try PacedLoad(connections: 16, count: 50_000).run(session.workshop, port: server.port)
        let before = try ProcessFigures.memory(of: server.process.pid)
        let count = 100_000
        _ = try PacedLoad(connections: 16, count: count).run(session.workshop, port: server.port)
        let each = Double(try ProcessFigures.memory(of: server.process.pid) - before) / Double(count)
        return lines[0].measured(
            each, "the goal leaves out its fields, which have \(text) B; those that repeat are kept once")
    }

    private static func connections(_ session: Session) throws -> Row {
        let count = 4000
        let ours = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("scripted"))
        let floor = try FloorServer(session.workshop, answering: try ours.sample())
        let sizes = try [ours as any BenchServer, floor].map { server in
            let first = try ProcessFigures.memory(of: server.process.pid)
            let sockets = try (0..<count).map { _ in try Socket(port: server.port) }
            // Whoever is answered knows that those before were taken in.
            _ = try server.sample()
            defer { withExtendedLifetime(sockets) {} }
            return Double(try ProcessFigures.memory(of: server.process.pid) - first) / Double(count) / 1024
        }
        return lines[1].measured(sizes[0] - sizes[1], "\(sizes[0].text(1)) and \(sizes[1].text(1)) KB")
    }
}
