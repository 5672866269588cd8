/// How late an injected delay of 200 ms ends with few and with many at once.
enum Delays: Measurement {
    static let name = "delays"
    private static let cases: [(atOnce: Int, median: Double, p99: Double)] = [(1, 1, 2), (100, 1, 2), (5000, 2, 5)]
    static let lines = cases.flatMap { one in
        [
            Line("200 ms delay, \(one.atOnce.grouped) at once: median late", .atMost(one.median, .milliseconds)),
            Line("200 ms delay, \(one.atOnce.grouped) at once: p99 late", .atMost(one.p99, .milliseconds)),
        ]
    }

    static func method(_ session: Session) -> String {
        "paced loader, \(waves(session)) waves; the requests of a wave come evenly within 195 ms, so that all wait at once"
    }

    static func run(_ session: Session) throws -> [Row] {
        let server = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("delayed"))
        return try cases.enumerated().flatMap { index, one in
            session.say("\(one.atOnce.grouped) at once")
            // When the last of a wave comes, the first one still waits. The pause is longer than the last one's wait.
            let report = try PacedLoad(
                connections: one.atOnce, rate: Double(one.atOnce) / 0.195, count: one.atOnce * (waves(session) + 1),
                unrecorded: one.atOnce, wave: (one.atOnce, 300)
            ).run(session.workshop, port: server.port)
            let detail =
                """
                \(report.answered.grouped) answered, \(report.errors) errors, latest \(late(report.longest)) ms; \
                \(report.lagText)
                """
            return [
                lines[2 * index].measured(report.median / 1e6 - 200, detail),
                lines[2 * index + 1].measured(report.p99 / 1e6 - 200, detail),
            ]
        }
    }

    private static func late(_ nanoseconds: Double) -> String { (nanoseconds / 1e6 - 200).text(1) }

    private static func waves(_ session: Session) -> Int { session.isShort ? 5 : 15 }
}
