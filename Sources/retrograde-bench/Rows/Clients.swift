/// `BackoffClient` with 64 requests in flight, against curl and against C threads on the same library. All three run as
/// processes of their own, and their start counts.
enum Clients: Measurement {
    static let name = "clients"
    static let lines = [
        Line("BackoffClient GETs/s, 64 in flight, against curl --parallel", .atLeast(1.7, .ratio)),
        Line("BackoffClient GETs/s, against 64 threads of libcurl's easy interface", .atLeast(0.9, .ratio)),
    ]

    static func method(_ session: Session) -> String {
        "\(count(session).grouped) GETs of the C floor by each, \(session.rounds) rounds in turns; starting counts"
    }

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let success = Response(
            status: 200, fields: [("Content-Type", "application/json")], body: Array("{\"ok\":true}".utf8))
        let server = try FloorServer(workshop, answering: success)
        let threads = try workshop.program("easy-threads", libraries: ["curl"])
        let count = count(session)
        let figures = try Interleaving(rounds: session.rounds).run(
            [
                [workshop.bench, "client", "\(server.url)/", "\(count)"],
                ["curl", "-s", "--parallel", "--parallel-max", "64", "-o", "/dev/null", "\(server.url)/[1-\(count)]"],
                [threads, "\(server.url)/", "\(count)"],
            ].map { command in { try rate(of: command, count: count) } })
        let rates = figures.map { "\(Spread($0).median.text())/s" }
        return [
            lines[0].measured(Spread(figures[0], to: figures[1]), "\(rates[0]) and \(rates[1])"),
            lines[1].measured(Spread(figures[0], to: figures[2]), "\(rates[0]) and \(rates[2])"),
        ]
    }

    private static func count(_ session: Session) -> Int { session.isShort ? 5_000 : 20_000 }

    private static func rate(of command: [String], count: Int) throws -> Double {
        let start = Clock.now()
        // curl would show its progress.
        try ChildProcess.run(command, showsErrors: command[0] != "curl")
        return Double(count) / Double(Clock.now() - start) * 1e9
    }
}
