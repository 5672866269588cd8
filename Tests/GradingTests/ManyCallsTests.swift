import HTTPSemantics
import Journal
import Testing

@testable import Grading

/// Many calls from one process: the simulation of it, and what rules read of a run.
@Suite struct ManyCallsTests {
    static func run(
        _ client: SimulatedClient, _ scenario: String, _ parameters: [String: String] = [:], requests: Int = 6,
        concurrency: Int = 2, rate: Double = 1_000, limit: Duration = .seconds(30)
    ) -> Run {
        var machine = SimulatedMachine(seed: 1)
        machine.noise = 0
        return machine.run(
            .many(
                scenario, parameters: parameters, requests: requests, concurrency: concurrency, rate: rate, limit: limit
            ), client, round: 0)[0]
    }

    @Test func `the target is the call`() {
        let run = Self.run(.exponential("patient"), "status-once", requests: 3, concurrency: 1)
        #expect(run.exchanges.map(\.arrival.target) == ["/0", "/0", "/1", "/2"])
        #expect(run.callsByTarget.map(\.exchanges.count) == [2, 1, 1])
        #expect(run.defect(ofCalls: 3) == nil)
        #expect(run.defect(ofCalls: 4)?.contains("only 3 targets of 4") == true)
    }

    @Test func `calls are made so many at a time, and at the rate that is told`() {
        let paced = Self.run(.exponential("patient"), "status-once", ["status": "200"], rate: 4)
        let arrivals = paced.exchanges.map { ($0.arrivedAt - paced.exchanges[0].arrivedAt).inSeconds }
        #expect(zip(arrivals, [0, 0.25, 0.5, 0.75, 1, 1.25]).allSatisfy { abs($0 - $1) < 0.01 })
        let waiting = Self.run(
            .exponential("patient"), "status-forever", requests: 6, concurrency: 2, limit: .seconds(1))
        #expect(waiting.ending == .timeUp)
        #expect(Set(waiting.exchanges.map(\.arrival.target)) == ["/0", "/1"])
    }

    @Test func `a shared gate stops all calls, a gate of each call only its own`() {
        let own = Self.run(.exponential("each for itself"), "refused-once", ["hint": "3s"])
        #expect(own.exchanges.prefix(6).allSatisfy { ($0.arrivedAt - .zero).inSeconds < 1 })
        var gated = SimulatedClient.exponential("one for all")
        gated.restraint = { SharedGate() }
        let run = Self.run(gated, "refused-once", ["hint": "3s"])
        let late = run.exchanges.dropFirst(2).map { ($0.arrivedAt - .zero).inSeconds }
        #expect(late.allSatisfy { $0 >= 3 })
    }

    @Test func `the command's parameters are not the scenario's`() {
        let kind = RunRequest.Kind.many(
            "status-once", parameters: ["status": "503"], requests: 10, concurrency: 3, rate: 2.5, posts: true,
            limit: .seconds(1))
        #expect(kind.scenarioParameters == ["status": "503"])
        #expect(kind.parameters["rate"] == "2.500")
        #expect(kind.parameters["method"] == "POST")
        #expect(kind.requests == 10 && kind.concurrency == 3)
    }
}
