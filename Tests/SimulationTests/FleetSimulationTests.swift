import Backoff
import Fixtures
import HTTPSemantics
import RateLimiting
import Simulation
import TestSupport
import Testing
import Upstream

@Suite struct FleetSimulationTests {
    static func scenario(
        clients: Int = 100, every: Duration = .seconds(10), for duration: Duration = .seconds(60),
        _ change: (inout FleetScenario) -> Void = { _ in }
    ) -> FleetScenario {
        var scenario = FleetScenario(clients: clients, load: FleetLoad(every: every, duration: duration))
        change(&scenario)
        return scenario
    }

    static func tally(_ scenario: FleetScenario, _ policy: ClientPolicy, seed: UInt64 = 1) -> FleetTally {
        var simulation = FleetSimulation(scenario, policy: policy, seed: seed)
        simulation.run()
        return simulation.tally
    }

    @Test func `without trouble a call is a request`() {
        let tally = Self.tally(Self.scenario(), .ours)
        // 100 clients, a call every 10 s for 60 s.
        #expect((480...720).contains(tally.calls))
        #expect(tally.succeeded == tally.calls)
        #expect(tally.requests == tally.calls)
        #expect(tally.series.offered.reduce(0, +) == tally.requests)
        #expect(tally.series.served.reduce(0, +) == tally.succeeded)
        let mean = tally.latencies.mean ?? .zero
        #expect(mean >= .milliseconds(40) && mean <= .milliseconds(44))
    }

    @Test(arguments: ClientPolicy.named.map(\.name))
    func `a seed gives the same, and another one something else`(name: String) {
        let policy = ClientPolicy.named.first { $0.name == name }!.policy
        let scenario = Self.scenario {
            $0.limits = [FleetLimit(.tokenBucket(quota: 5, window: .seconds(1), burst: 5))]
            $0.failureShare = 0.1
            $0.outages = [Outage(start: .seconds(20), length: .seconds(5), kind: .silence)]
        }
        #expect(Self.tally(scenario, policy) == Self.tally(scenario, policy))
        #expect(Self.tally(scenario, policy) != Self.tally(scenario, policy, seed: 2))
    }

    @Test func `no call is lost, whatever happens`() {
        for (_, policy) in ClientPolicy.named {
            let scenario = Self.scenario {
                $0.limits = [FleetLimit(.fixedWindow(quota: 60, window: .seconds(10), start: .firstRequest))]
                $0.outages = [Outage(start: .seconds(20), length: .seconds(5))]
                $0.capacity = Capacity(rate: 20)
                $0.load.concurrency = 1
            }
            let tally = Self.tally(scenario, policy)
            #expect(tally.succeeded + tally.failed + tally.open == tally.calls)
            #expect(tally.open == 0)
            #expect(tally.series.begun.reduce(0, +) == tally.calls)
            #expect(tally.latencies.count == tally.succeeded)
        }
    }

    @Test func `an outage fails what cannot wait for its end`() {
        let scenario = Self.scenario { $0.outages = [Outage(start: .seconds(20), length: .seconds(30))] }
        let impatient = Self.tally(scenario, .fixed)
        #expect(impatient.failed > impatient.calls / 4)
        #expect(impatient.requests == impatient.succeeded + impatient.errors)
        var patient = ClientPolicy.fullJitter
        patient.policy.attempts = 100
        #expect(Self.tally(scenario, patient).failed == 0)
    }

    @Test func `nobody answers, and clients give up in time`() {
        var policy = ClientPolicy.noRetry
        policy.attemptTimeout = .seconds(3)
        let scenario = Self.scenario { $0.outages = [Outage(start: .zero, length: .seconds(700), kind: .silence)] }
        let tally = Self.tally(scenario, policy)
        #expect(tally.timeouts == tally.calls)
        #expect(tally.end <= .seconds(64))
    }

    @Test func `a quota of its own for each client, or one for all`() {
        let quota = LimitPolicy.fixedWindow(quota: 1, window: .seconds(3600), start: .firstRequest)
        let all = Self.tally(Self.scenario { $0.limits = [FleetLimit(quota)] }, .noRetry)
        #expect(all.succeeded == 1)
        let each = Self.tally(Self.scenario { $0.limits = [FleetLimit(quota, isPerClient: true)] }, .noRetry)
        #expect((90...100).contains(each.succeeded))
    }

    @Test func `processes that pace themselves waste next to nothing`() {
        let scenario = Self.scenario(clients: 1, every: .seconds(75), for: .seconds(7200)) {
            ($0.load.batch, $0.load.concurrency) = (100, 10)
            $0.drain = .seconds(3600)
            $0.limits = [FleetLimit(.fixedWindow(quota: 100, window: .seconds(60), start: .firstRequest))]
        }
        let ours = Self.tally(scenario, .ours)
        #expect(ours.succeeded == ours.calls)
        #expect(Double(ours.throttled) < 0.05 * Double(ours.calls))
        let naive = Self.tally(scenario, .exponential)
        #expect(naive.succeeded < naive.calls * 9 / 10)
    }

    @Test func `a gate that never hears of a limit changes nothing`() {
        let trouble = Self.scenario {
            $0.outages = [Outage(start: .seconds(10), length: .seconds(20))]
            // The order of sending would change who draws which delay.
            $0.network.scatter = .zero
        }
        let (gated, free) = (ClientPolicy.ours, Self.ungated)
        var generous = trouble
        // Never refuses, but there might be a refusal: the gate is asked.
        generous.limits = [FleetLimit(.fixedWindow(quota: 1 << 40, window: .seconds(60), start: .firstRequest))]
        #expect(Self.tally(generous, gated).requests == Self.tally(generous, free).requests)
        #expect(Self.tally(generous, free).succeeded == Self.tally(trouble, gated).succeeded)
    }

    static let ungated: ClientPolicy = {
        var policy = ClientPolicy.ours
        policy.hasGate = false
        return policy
    }()

    @Test func `retries keep a server down that its load would not, and a budget does not let them`() {
        let scenario = Self.scenario(clients: 50, every: .milliseconds(250), for: .seconds(150)) {
            $0.capacity = Capacity(rate: 300)
            $0.outages = [Outage(start: .seconds(30), length: .seconds(15))]
            $0.drain = .seconds(60)
        }
        var policy = ClientPolicy.fullJitter
        policy.attemptTimeout = .seconds(1)
        func recovery(_ policy: ClientPolicy) -> Duration? {
            Self.tally(scenario, policy).series.recovery(after: .seconds(45), onset: .seconds(30))
        }
        #expect(recovery(policy) == nil)
        policy.budget = .aws
        let recovered = recovery(policy) ?? .seconds(1000)
        #expect(recovered < .seconds(15))
    }

    /// The general loop, with whole clients, on the same load: the same figures but for chance.
    @Test(arguments: ["full", "ours", "exponential"]) func `agrees with the simulation of whole clients`(name: String) {
        let client = ClientPolicy.named.first { $0.name == name }!.policy
        let quota = LimitPolicy.fixedWindow(quota: 40, window: .seconds(10), start: .firstRequest)
        var fleet: [Double] = []
        var whole: [Double] = []
        for seed in 1...20 as ClosedRange<UInt64> {
            var scenario = FleetScenario(clients: 60, load: FleetLoad(every: .seconds(30), duration: .seconds(30)))
            scenario.load.isEven = true
            scenario.service = .zero
            scenario.limits = [FleetLimit(quota)]
            scenario.outages = [Outage(start: .zero, length: .seconds(8))]
            let tally = Self.tally(scenario, client, seed: seed)
            fleet.append(Double(tally.requests))
            #expect(tally.calls == 60)

            let outage = Reply(
                times: .max, content: .literal(ResponseTemplate(status: 503)), condition: Condition(until: .seconds(8)))
            var fixture = Fixture.scripted(
                [outage, .ok], limits: [LimitDefinition(name: "requests", policy: quota)])
            fixture.seed = seed
            var simulation = Simulation(
                upstreams: [Upstream(fixture: fixture, wall: .example)],
                load: Load(workers: 60, spread: .seconds(30)),
                network: Network(delay: .milliseconds(10), scatter: .milliseconds(2)), wall: .example, seed: seed
            ) { _ in
                BackoffCaller(
                    policy: client.policy,
                    shared: SharedKnowledge(
                        gate: client.hasGate ? PacingGate() : nil, budget: client.budget.map { RetryBudget($0) }))
            }
            var record = Record()
            simulation.run(until: .seconds(700), observer: &record)
            whole.append(Double(record.attempts.count))
        }
        let (a, b) = (fleet.reduce(0, +) / 20, whole.reduce(0, +) / 20)
        #expect(abs(a / b - 1) < 0.1, "fleet \(a), whole \(b)")
    }
}
