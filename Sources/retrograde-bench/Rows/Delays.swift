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
        "paced loader; as many requests a second as keep so many waiting"
    }

    static func run(_ session: Session) throws -> [Row] {
        let server = try RetrogradeServer(session.workshop, fixture: Workshop.fixture("delayed"))
        return try cases.enumerated().flatMap { index, one in
            session.say("\(one.atOnce.grouped) at once")
            // So many are under way at any time if they come evenly.
            let rate = Double(one.atOnce) / 0.2
            let seconds = one.atOnce == 1 ? 6.0 : session.isShort ? 1 : 3
            let warmUp = one.atOnce == 1 ? 2 : one.atOnce
            let report = try PacedLoad(
                connections: one.atOnce + one.atOnce / 4 + 4, rate: rate, count: Int(rate * seconds) + warmUp,
                unrecorded: warmUp
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
}
