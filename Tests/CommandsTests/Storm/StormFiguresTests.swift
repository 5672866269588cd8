import HTTPSemantics
import Journal
import Testing

@testable import Commands

@Suite struct StormFiguresTests {
    private func call(_ begun: Double, _ ended: Double, _ failure: String? = nil) -> StormCall {
        StormCall(begun: .seconds(begun), ended: .seconds(ended), failure: failure)
    }

    @Test func `counts what the journal and the callers saw`() {
        let run = StormRun(
            calls: [call(0, 1), call(0.5, 3.5), call(1, 2, "gave up"), call(1, 2, "gave up"), call(2, 2.5, "left")],
            exchanges: [
                .stormed("/0", at: 0, status: 429), .stormed("/0", at: 1, status: 200),
                .stormed("/1", at: 1, status: 200), .stormed("/2", at: 1, status: 503),
                .stormed("/3", at: 1, status: nil),
            ])
        let figures = StormFigures(run, price: 0.5)
        #expect(figures.requested == 5)
        #expect(figures.succeeded == 2)
        #expect(figures.calls == 5)
        #expect(figures.wasted == 3)
        #expect(figures.cost == 2.5)
        #expect(figures.seconds == 3.5)
        #expect(abs(figures.meanLatency - 6.5 / 5) < 1e-9)
        #expect(figures.latency99 == 3)
        #expect(figures.failures.map(\.reason) == ["gave up", "left"])
        #expect(figures.failures.map(\.count) == [2, 1])
        #expect(figures.stretch(over: 1) == nil, "giving up is no way to be fast")
    }

    @Test func `time over the shortest possible is for those who finish`() {
        let run = StormRun(calls: [call(0, 1), call(0, 3)], exchanges: [])
        #expect(StormFigures(run, price: 1).stretch(over: 2) == 1.5)
    }

    @Test(arguments: [(1, 1.0), (2, 2.0), (99, 99.0), (100, 99.0), (101, 100.0), (1000, 990.0)])
    func `the 99th percentile is the nearest rank`(count: Int, expected: Double) {
        #expect(StormFigures.percentile(99, of: (1...count).reversed().map(Double.init)) == expected)
    }

    @Test(arguments: StormScenario.allCases) func `no scenario needs less than its optimum`(scenario: StormScenario) {
        var settings = StormSettings()
        let expected: [StormScenario: Double] = [.refusals: 1.02, .quota: 12.02, .outage: 5.2]
        #expect(abs(scenario.optimum(settings) - (expected[scenario] ?? 0)) < 1e-9)
        settings.hint = nil
        settings.workers = 1
        // One after the other: two seconds of work.
        let alone: [StormScenario: Double] = [.refusals: 2, .quota: 12.02, .outage: 7]
        #expect(abs(scenario.optimum(settings) - (alone[scenario] ?? 0)) < 1e-9)
    }

    @Test(arguments: StormScenario.allCases) func `every scenario can be served`(scenario: StormScenario) throws {
        var settings = StormSettings()
        _ = try scenario.fixture(settings)
        settings.hint = nil
        settings.dialect = "nginx"
        settings.outage = .milliseconds(1500)
        _ = try scenario.fixture(settings)
        _ = try StormHerd.fixture(settings, group: "one")
    }
}

@Suite struct DoubleLoopTests {
    private func run(failures: Int) async throws -> (sent: Int, waited: Duration, failure: String?) {
        var generator = SeededGenerator(seed: 1)
        var sent = 0
        var waited = Duration.zero
        let failure = try await DoubleLoop.call(using: &generator) {
            waited += $0
        } send: {
            sent += 1
            return sent > failures ? nil : "refused"
        }
        return (sent, waited, failure)
    }

    @Test(arguments: [(0, 1), (1, 2), (5, 6), (6, 7), (29, 30), (1000, 30)])
    func `one call becomes thirty requests at most`(failures: Int, sent: Int) async throws {
        let outcome = try await run(failures: failures)
        #expect(outcome.sent == sent)
        #expect(outcome.failure == (failures < 30 ? nil : "refused"))
    }

    @Test func `the loops wait what they say`() async throws {
        #expect(try await run(failures: 1).waited == .zero)
        #expect(try await run(failures: 5).waited == .seconds(3))
        let all = try await run(failures: 1000).waited
        #expect(all >= .seconds(15) + .milliseconds(7750) * 0.75)
        #expect(all <= .seconds(15) + .milliseconds(7750) * 1.25)
    }
}

@Suite struct HerdIndexTests {
    /// Workers whose retries come after these delays; each refusal ends when all are there.
    private func herd(_ workers: [[Double]], apart: Double = 0) -> [Exchange] {
        var exchanges: [Exchange] = []
        var released = 1.0
        for round in 0...StormSettings.herdRounds {
            for (number, delays) in workers.enumerated() where round <= delays.count {
                let arrived = round == 0 ? 0 : released - 20 + delays[round - 1]
                let answered = released + apart * Double(number)
                exchanges.append(.stormed("/\(number)", at: arrived, status: 503, answered: answered))
            }
            released += 20
        }
        return exchanges
    }

    @Test func `workers that come back together are a herd`() {
        let index = HerdIndex(herd(Array(repeating: [1, 2, 4], count: 20)), workers: 20)
        #expect(index.rounds == [1, 1, 1])
        #expect(index.mean == 1)
        #expect(index.eliminated(against: index) == 0)
    }

    @Test func `workers that part are none`() {
        let workers = (0..<20).map { number in [0.1, 0.2, 0.4].map { $0 * Double(number) } }
        let index = HerdIndex(herd(workers), workers: 20)
        #expect(index.rounds == [0, 0, 0])
        let reference = HerdIndex(herd(Array(repeating: [1, 2, 4], count: 20)), workers: 20)
        #expect(index.eliminated(against: reference) == 1)
    }

    @Test func `a client that stops is compared as far as it came`() {
        let reference = HerdIndex(herd(Array(repeating: [1, 2, 4], count: 20)), workers: 20)
        let half = HerdIndex(herd((0..<20).map { [Double($0 / 10)] }), workers: 20)
        #expect(half.rounds[1] == nil)
        // Ten and ten: 90 of 190 pairs are together.
        #expect(abs((half.eliminated(against: reference) ?? 0) - (1 - 90.0 / 190)) < 1e-9)
        let silent = HerdIndex(herd(Array(repeating: [], count: 20)), workers: 20)
        #expect(silent.mean == nil)
        #expect(silent.eliminated(against: reference) == nil)
    }

    @Test func `workers that were not refused together prove nothing`() {
        let index = HerdIndex(herd(Array(repeating: [1, 2, 4], count: 20), apart: 0.01), workers: 20)
        #expect(index.rounds == [nil, nil, nil])
    }

    @Test func `several herds are averaged retry by retry`() {
        var (one, other) = (HerdIndex([], workers: 20), HerdIndex([], workers: 20))
        one.rounds = [0.2, nil, 0.4]
        other.rounds = [0.4, nil, nil]
        let mean = HerdIndex(meanOf: [one, other])
        #expect(abs((mean.rounds[0] ?? 0) - 0.3) < 1e-9)
        #expect(mean.rounds[1] == nil)
        #expect(mean.rounds[2] == 0.4)
        #expect(HerdIndex(meanOf: []).mean == nil)
    }
}
