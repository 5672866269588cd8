import Backoff
import BackoffClient
import Fixtures
import Grading
import HTTPSemantics
import HTTPTypes
import Journal
import MockServer
import TestSupport
import Testing

/// Twenty workers that are refused at the same instant: do they come back together?
///
/// Judged as rule HD-01 does, by the pair-coincidence index within 5 % of the median delay. 0.36 is what a uniform
/// jitter expects whose width is a quarter of the delay; full jitter expects 0.1 or less, a herd 1.
@Suite(.timeLimit(.minutes(10))) struct HerdTests {
    static let workers = 20
    static let rounds = 10
    static let threshold = 0.36

    @Test func `full jitter spreads them`() async throws {
        let index = try await coincidence(.full, hint: nil)
        #expect(index.upper < Self.threshold, "\(index)")
    }

    @Test func `jitter above an announced wait spreads them, and nobody is early`() async throws {
        let index = try await coincidence(.full, hint: .seconds(1))
        #expect(index.upper < Self.threshold, "\(index)")
    }

    @Test func `without jitter they are a herd`() async throws {
        let index = try await coincidence(.none, hint: nil)
        #expect(index.lower > Self.threshold, "\(index)")
    }

    /// The index over ten undisturbed rounds, each in a lane of its own.
    private func coincidence(_ jitter: Jitter, hint: Duration?) async throws -> MeanInterval {
        var policy = BackoffPolicy()
        policy.base = .seconds(1)
        policy.jitter = jitter
        let server = try MockServer()
        var configuration = BackoffClient.Configuration(policy: policy)
        // Two hundred workers stand for as many processes, which share no budget.
        configuration.budget = nil
        let client = try BackoffClient(configuration)
        var indices: [Double] = []
        var batch = 0
        while indices.count < Self.rounds, batch < 5 {
            indices += try await withThrowingTaskGroup(of: Double?.self) { group in
                for round in 0..<Self.rounds {
                    let lane = try await server.addLane(herd("\(batch).\(round)", hint: hint))
                    group.addTask { try await self.round(lane, client, hint: hint) }
                }
                return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
            }
            batch += 1
        }
        await server.shutdown(grace: .zero)
        try #require(indices.count >= Self.rounds, "the machine is too busy: \(indices.count) undisturbed rounds")
        return MeanInterval(indices, leastError: 0.01)
    }

    /// Refuses twenty requests together, then lets everybody in.
    private func herd(_ group: String, hint: Duration?) -> Fixture {
        .scripted([
            Reply(
                times: Self.workers, content: .literal(ResponseTemplate(status: 503)),
                retryAfter: hint.map { .seconds($0) },
                hold: Hold(parked: Self.workers, group: group, atMost: .seconds(10))),
            .ok,
        ])
    }

    /// The index of one round; `nil` where the machine made a worker later than it had decided, so that the arrivals
    /// say nothing about the decisions.
    private func round(_ lane: Lane, _ client: BackoffClient, hint: Duration?) async throws -> Double? {
        let waits = try await withThrowingTaskGroup(of: (String, Duration).self) { group in
            for worker in 0..<Self.workers {
                group.addTask {
                    let response = try await client.perform(HTTPRequest(to: lane, path: "/\(worker)"))
                    #expect(response.history.count == 2)
                    guard case .wait(let wait, _)? = response.history.first?.decision else { return ("", .zero) }
                    return ("/\(worker)", wait)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let exchanges = await lane.exchanges()
        let released = try #require(exchanges.prefix(Self.workers).compactMap(\.repliedAt).min())
        let returned = exchanges.dropFirst(Self.workers)
        #expect(returned.count == Self.workers)
        let delays = returned.map { $0.arrivedAt - released }
        if let hint { #expect(delays.allSatisfy { $0 >= hint - tolerance }, "\(delays)") }
        let late = try zip(returned, delays).map { $1 - (try #require(waits[$0.arrival.target])) }
        guard late.allSatisfy({ $0 < .milliseconds(50) }) else { return nil }
        let seconds = delays.map { $0 / .seconds(1) }
        return pairCoincidence(seconds, window: max(0.05 * Sample(seconds).median, 0.01))
    }
}
