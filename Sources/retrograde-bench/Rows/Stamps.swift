internal import HTTPSemantics
internal import Journal

/// How far the journal's arrivals are from the sender's own clock.
enum Stamps: Measurement {
    static let name = "stamps"
    static let lines = [
        Line("arrival stamps behind the sender's, half of the maximum rate: median", .atMost(50, .microseconds)),
        Line("arrival stamps behind the sender's, half of the maximum rate: p99", .atMost(1000, .microseconds)),
    ]

    static func method(_ session: Session) -> String {
        "paced loader, 64 connections, half of wrk's rate; each request carries its time of sending"
    }

    static func run(_ session: Session) throws -> [Row] {
        let workshop = session.workshop
        let server = try RetrogradeServer(workshop, fixture: Workshop.fixture("scripted"))
        let rate = (try session.wrk.run(server).requestsPerSecond / 2).rounded()
        try server.reset()
        let load = PacedLoad(connections: 64, rate: rate, count: Int(rate * 2), target: "/stamp/{stamp}")
        let report = try load.run(workshop, port: server.port)
        let all = try lateness(server.journal(workshop))
        // Connections are taken in at first.
        let late = all.dropFirst(all.count / 10).sorted()
        guard late.count > 1000 else { throw BenchError("the journal holds \(late.count) stamped arrivals") }
        let detail = """
            \(late.count.grouped) arrivals at \(rate.text())/s, earliest \(late[0].text()) µs, latest \
            \(late[late.count - 1].text()) µs; \(report.lagText)
            """
        return [
            lines[0].measured(late[late.count / 2], detail),
            lines[1].measured(late[late.count * 99 / 100], detail),
        ]
    }

    /// In microseconds. Both clocks are civil ones of this machine: the lane's line began at a reading of it.
    private static func lateness(_ recording: Recording) throws -> [Double] {
        guard let wall = recording.header?.wall.origin else { throw BenchError("the journal has no header") }
        let origin = Int64(wall.secondsSinceEpoch) * 1_000_000_000 + Int64(wall.nanoseconds)
        return recording.entries.compactMap { entry in
            guard case .arrived(let arrival) = entry.event, arrival.target.hasPrefix("/stamp/"),
                let sent = Int64(arrival.target.dropFirst("/stamp/".count))
            else { return nil }
            return Double(origin + entry.instant.nanoseconds - sent) / 1000
        }
    }
}
