/// Latency at half of what the server can do, from when each request was due.
enum Latency: Measurement {
    static let name = "latency"
    static let lines = [Line("latency p99 at half of the maximum rate, against the C floor", .atMost(1.25, .ratio))]

    static func method(_ session: Session) -> String {
        "paced loader, 64 connections, \(seconds(session).text()) s at half of wrk's rate, \(session.rounds) rounds in turns"
    }

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let ours = try RetrogradeServer(workshop, fixture: Workshop.fixture("scripted"))
        let floor = try FloorServer(workshop, answering: try ours.sample())
        _ = try session.wrk.run(ours)
        let rate = (try session.wrk.run(ours).requestsPerSecond / 2).rounded()
        let seconds = seconds(session)
        let load = PacedLoad(
            connections: 64, rate: rate, count: Int(rate * seconds), unrecorded: Int(rate * seconds / 4))
        let reports = try Interleaving(rounds: session.rounds).run([
            { try load.run(workshop, port: ours.port) }, { try load.run(workshop, port: floor.port) },
        ])
        let p99 = reports.map { $0.map(\.p99) }
        let medians = reports.map { Spread($0.map(\.median)).median / 1000 }
        return [
            lines[0].measured(
                Spread(p99[0], to: p99[1]),
                """
                \((Spread(p99[0]).median / 1000).text()) and \((Spread(p99[1]).median / 1000).text()) µs at \
                \(rate.text())/s; medians \(medians[0].text()) and \(medians[1].text()) µs
                """)
        ]
    }

    private static func seconds(_ session: Session) -> Double { session.isShort ? 1 : 2 }
}
