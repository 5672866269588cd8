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
        let entries = await entries { Exchange.gather($0).exchanges.count { $0.endedAt != nil } >= count }
        return Exchange.gather(entries).exchanges
    }

    /// The events of the exchanges by name, as soon as there are so many.
    func events(_ count: Int) async -> [String] {
        await entries { $0.count >= count }.map(\.event.name)
    }

    /// The journal as soon as it is as wanted, or after ten seconds without news. Stalls are left out: a machine
    /// that does something else for a while is no business of most tests.
    func entries(until isEnough: ([JournalEntry]) -> Bool) async -> [JournalEntry] {
        while true {
            let slice = await journal()
            let entries = slice.entries.filter { $0.exchange > 0 }
            if isEnough(entries) { return entries }
            let more = await journal(since: slice.nextNumber, waitingFor: 1, atMost: .seconds(10))
            guard !more.entries.isEmpty else { return entries }
        }
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
        case .clockStepped: "clock-stepped"
        }
    }
}
