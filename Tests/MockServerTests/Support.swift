import Fixtures
import HTTPSemantics
import Journal
import MockServer
import Testing

/// Runs a server for as long as the body runs.
func withServer<Result>(
    _ configuration: MockServer.Configuration = MockServer.Configuration(),
    _ body: (MockServer) async throws -> Result
) async throws -> Result {
    let server = try MockServer(configuration)
    do {
        let result = try await body(server)
        await server.shutdown(grace: .zero)
        return result
    } catch {
        await server.shutdown(grace: .zero)
        throw error
    }
}

extension Lane {
    /// The exchanges of the lane, as soon as so many have ended.
    func exchanges(ended count: Int) async -> [Exchange] {
        var seen = await journal()
        while true {
            let exchanges = Exchange.gather(seen.entries).exchanges
            if exchanges.count(where: { $0.endedAt != nil }) >= count { return exchanges }
            let more = await journal(since: seen.nextNumber, waitingFor: 1, atMost: .seconds(10))
            guard !more.entries.isEmpty else { return exchanges }
            seen = await journal()
        }
    }

    /// The events of the journal by name, as soon as there are so many.
    func events(_ count: Int) async -> [String] {
        await journal(since: 0, waitingFor: count, atMost: .seconds(10)).entries.map(\.event.name)
    }
}

extension JournalEntry.Event {
    var name: String {
        switch self {
        case .arrived: "arrived"
        case .received: "received"
        case .decided: "decided"
        case .replied: "replied"
        case .completed: "completed"
        case .aborted(let reason): "aborted(\(reason.rawValue))"
        case .stalled: "stalled"
        }
    }
}
