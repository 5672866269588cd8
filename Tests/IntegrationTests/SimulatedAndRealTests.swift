import Backoff
import BackoffClient
import Fixtures
import HTTPSemantics
import HTTPTypes
import Journal
import MockServer
import Simulation
import TestSupport
import Testing

/// What `retrograde simulate` foresees is what sockets then show.
@Suite(.timeLimit(.minutes(10))) struct SimulatedAndRealTests {
    static let policy: BackoffPolicy = {
        var policy = BackoffPolicy()
        (policy.base, policy.cap, policy.attempts) = (.milliseconds(200), .milliseconds(800), 12)
        return policy
    }()

    /// Ten processes make ten calls each, all at once, in the middle of an outage.
    @Test func `an outage costs as many requests as simulated`() async throws {
        let fixture = try Fixture.parsed(
            """
            routes:
              - match: "* /*"
                replies:
                  - { when: { until: 1500ms }, status: 503 }
                  - success: {}
            """)
        try await withMockUpstream(fixture) { lane in
            let succeeded = try await callAll(lane)
            let exchanges = await lane.exchanges()
            let first = try #require(exchanges.first).arrivedAt
            let last = try #require(exchanges.last).arrivedAt

            // What was left of the outage when the calls began.
            let outage = Instant(nanoseconds: 1_500_000_000) - first
            try #require(outage > .milliseconds(500), "the machine is too slow to begin in time")
            let simulated = (1...60).map { Self.simulate(outage: outage, seed: $0) }
            let requests = simulated.map { Double($0.requests) }
            let (mean, noise) = Self.meanAndNoise(requests)
            let real = Double(exchanges.count)
            #expect(abs(real - mean) < max(5 * noise, 0.1 * mean), "real \(real), simulated \(mean) ± \(noise)")
            #expect(succeeded == 100)
            #expect(simulated.allSatisfy { $0.succeeded == 100 })
            let ends = simulated.map { ($0.end).inSeconds }
            let took = (last - first).inSeconds
            #expect(took > 0.7 * (ends.min() ?? 0) && took < 1.3 * (ends.max() ?? 0), "\(took) s, simulated \(ends)")
        }
    }

    private func callAll(_ lane: Lane) async throws -> Int {
        let clients = try (0..<10).map { _ in
            var configuration = BackoffClient.Configuration(policy: Self.policy)
            // Many calls of few processes: each may try as often as its policy says.
            configuration.budget = nil
            return try BackoffClient(configuration)
        }
        return await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let response = try? await clients[number % 10].perform(HTTPRequest(to: lane, path: "/\(number)"))
                    return response?.response.status == .ok
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private static func simulate(outage: Duration, seed: UInt64) -> FleetTally {
        // One batch each, at the very beginning.
        var load = FleetLoad(every: .microseconds(1), duration: .microseconds(1))
        (load.isEven, load.batch) = (true, 10)
        var scenario = FleetScenario(clients: 10, load: load)
        scenario.network = Network(delay: .microseconds(200), scatter: .microseconds(200))
        scenario.service = .zero
        scenario.outages = [Outage(start: .zero, length: outage)]
        let client = ClientPolicy("ours", policy, hasGate: true)
        var simulation = FleetSimulation(scenario, policy: client, seed: seed)
        simulation.run()
        return simulation.tally
    }

    private static func meanAndNoise(_ values: [Double]) -> (mean: Double, noise: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        return (mean, variance.squareRoot())
    }
}
