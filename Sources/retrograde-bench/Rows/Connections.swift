/// 10,000 open connections that hardly speak, beside others that do.
enum Connections: Measurement {
    static let name = "connections"
    static let lines = [
        Line("10,000 connections with a request each per 10 s: errors", .atMost(0, .count)),
        Line("1,000 requests/s on others beside them: latency p99", .atMost(5, .milliseconds)),
    ]

    static func method(_ session: Session) -> String {
        "one loader: 10,000 connections with 1,000/s in all, 100 others with 1,000/s, \(seconds(session)) s"
    }

    static func run(_ session: Session) throws -> [Row] {
        let server = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("scripted"))
        let seconds = seconds(session)
        let reports = try PacedLoad.run(
            [
                PacedLoad(connections: 10_000, rate: 1000, count: 1000 * seconds, unrecorded: 1000),
                PacedLoad(connections: 100, rate: 1000, count: 1000 * seconds),
            ], session.workshop, port: server.port)
        let errors = reports.reduce(0) { $0 + $1.errors }
        return [
            lines[0].measured(Double(errors), "\((reports[0].answered + reports[1].answered).grouped) answered"),
            lines[1].measured(
                reports[1].p99 / 1e6,
                """
                median \((reports[1].median / 1e6).text(2)) ms; among the 10,000 p99 \
                \((reports[0].p99 / 1e6).text(2)) ms; \(reports[1].lagText)
                """
            ),
        ]
    }

    private static func seconds(_ session: Session) -> Int { session.isShort ? 4 : 12 }
}
