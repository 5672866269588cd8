/// Latency at half of what the server can do, from when each request was due.
enum Latency: Measurement {
    static let name = "latency"
    static let lines = [Line("latency p99 at half of the maximum rate, against the C floor", .atMost(1.25, .ratio))]

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let ours = try RetrogradeServer(workshop, fixture: Workshop.fixture("scripted"))
        let floor = try FloorServer(workshop, answering: try ours.sample())
        _ = try session.wrk.run(ours)
        let rate = (try session.wrk.run(ours).requestsPerSecond / 2).rounded()
        session.say("paced loader, 64 connections, \(rate.text())/s, \(session.rounds) rounds")
        let seconds = session.isShort ? 1.0 : 2.0
        let load = PacedLoad(
            connections: 64, rate: rate, count: Int(rate * seconds), unrecorded: Int(rate * seconds / 4))
        let reports = try Interleaving(rounds: session.rounds).run([
            { try load.run(workshop, port: ours.port) }, { try load.run(workshop, port: floor.port) },
        ])
        let p99 = reports.map { $0.map(\.p99) }
        let medians = reports.map { Summary.median($0.map(\.median)) / 1000 }
        return [
            lines[0].measured(
                Summary.ratio(p99[0], to: p99[1]),
                """
                \((Summary.median(p99[0]) / 1000).text()) and \((Summary.median(p99[1]) / 1000).text()) µs at \
                \(rate.text())/s; medians \(medians[0].text()) and \(medians[1].text()) µs
                """)
        ]
    }
}
