import Grading
import HTTPSemantics
import Testing

@Suite struct PairCoincidenceTests {
    /// The limit is a uniform jitter whose width is a quarter of the delay, seen through 5 %.
    @Test func `the limit is what a quarter of jitter gives`() {
        #expect(abs(expectedPairCoincidence(window: 0.05, width: 0.25) - 0.36) < 1e-12)
        #expect(expectedPairCoincidence(window: 0.05, width: 0.01) == 1)
    }

    @Test(arguments: [(0.2, 0.43), (0.5, 0.19), (1, 0.0975), (2, 0.049)])
    func `the index is that of the width, whatever the number of workers`(width: Double, expected: Double) {
        var generator = SeededGenerator(seed: 24)
        for workers in [8, 20, 50] {
            let events = (0..<400).map { _ in
                pairCoincidence(
                    (0..<workers).map { _ in Double.random(in: 0...width, using: &generator) }, window: 0.05)
            }
            let sample = Sample(events)
            let error = sample.standardDeviation / Double(sample.count).squareRoot()
            #expect(abs(sample.mean - expectedPairCoincidence(window: 0.05, width: width)) < 4 * error)
            #expect(abs(sample.mean - expected) < 0.03)
        }
    }

    @Test func `all together is 1, alone is 0`() {
        #expect(pairCoincidence([1, 1.001, 1.002], window: 0.05) == 1)
        #expect(pairCoincidence([1, 2, 3], window: 0.05) == 0)
        #expect(pairCoincidence([3, 1, 1.01], window: 0.05) == 1.0 / 3)
        #expect(pairCoincidence([1], window: 0.05) == 0)
        #expect(pairCoincidence([], window: 0.05) == 0)
    }

    @Test func `the busiest window holds the largest share`() {
        #expect(peakShare([0, 0.05, 0.1, 0.5], window: 0.1) == 0.75)
        #expect(peakShare([], window: 0.1) == 0)
    }

    /// When the workers of a round come back for the first, second and third time, in seconds after their common refusal.
    static func arrivals(
        _ model: DelayModel, workers: Int, base: Double, rounds: Int, _ generator: inout SeededGenerator
    ) -> [[Double]] {
        let clients = (0..<workers).map { _ in model.delays(rounds, base: base, &generator) }
        return (0..<rounds).map { round in
            clients.map { $0.prefix(round + 1).reduce(0, +) + DelayModel.noise(&generator) }
        }
    }

    @Test(
        arguments: [
            (.tenth, [0.43, 0.20, 0.10]), (.quarterDown, [0.36, 0.16, 0.08]), (.quarter, [0.19, 0.08, 0.04]),
            (.equal, [0.19, 0.08, 0.04]), (.half, [0.10, 0.04, 0.02]), (.full, [0.10, 0.04, 0.02]),
            (.decorrelated, [0.05, 0.014, 0.006]),
        ] as [(DelayModel, [Double])])
    func `pairs within 50 ms, retry by retry, as measured`(model: DelayModel, expected: [Double]) {
        var generator = SeededGenerator(seed: 34)
        let events = (0..<300).map { _ in
            Self.arrivals(model, workers: 20, base: 1, rounds: 3, &generator).map { pairCoincidence($0, window: 0.05) }
        }
        for (round, share) in expected.enumerated() {
            let mean = Sample(events.map { $0[round] }).mean
            #expect(abs(mean - share) < 0.015, "retry \(round + 1): \(mean)")
        }
    }

    struct Verdicts: CustomTestStringConvertible {
        var model: DelayModel
        /// Shares of pass and fail for 8 workers and 5 or 10 rounds, then 20 workers and 5 or 10.
        var pass: [ClosedRange<Double>]
        var fail: [ClosedRange<Double>]
        var testDescription: String { model.rawValue }
    }

    static let none: [ClosedRange<Double>] = [0...0, 0...0, 0...0, 0...0]
    static let all: [ClosedRange<Double>] = [1...1, 1...1, 1...1, 1...1]

    @Test(arguments: [
        Verdicts(model: .none, pass: none, fail: all),
        Verdicts(
            model: .tenth, pass: [0...0.001, 0...0, 0...0, 0...0],
            fail: [0.05...0.05, 0.14...0.22, 0.23...0.39, 0.76...0.94]),
        Verdicts(model: .quarterDown, pass: [0.12...0.14, 0.23...0.27, 0.33...0.38, 0.69...0.73], fail: none),
        Verdicts(model: .quarter, pass: [0.79...0.82, 0.985...0.99, 0.996...1, 1...1], fail: none),
        Verdicts(model: .equal, pass: [0.94...0.94, 0.999...0.999, 1...1, 1...1], fail: none),
        Verdicts(model: .full, pass: [0.98...1, 1...1, 1...1, 1...1], fail: none),
        Verdicts(model: .half, pass: [0.98...1, 1...1, 1...1, 1...1], fail: none),
    ])
    func `herds are called herds as often as was measured`(_ row: Verdicts) {
        var generator = SeededGenerator(seed: 35)
        let trials = 200
        for (column, (workers, rounds)) in [(8, 5), (8, 10), (20, 5), (20, 10)].enumerated() {
            for base in [0.5, 1] {
                var (pass, fail) = (0, 0)
                for _ in 0..<trials {
                    let indices = (0..<rounds).map { _ in
                        let arrivals = Self.arrivals(row.model, workers: workers, base: base, rounds: 1, &generator)[0]
                        return pairCoincidence(arrivals, window: max(0.01, 0.05 * Sample(arrivals).median))
                    }
                    let interval = MeanInterval(indices, leastError: 0.01)
                    if interval.upper < 0.36 { pass += 1 }
                    if interval.lower > 0.36 { fail += 1 }
                }
                let place = "\(workers) workers, \(rounds) rounds, \(base) s"
                #expect(agrees(pass, of: trials, with: row.pass[column]), "\(place): \(pass) of \(trials) pass")
                #expect(agrees(fail, of: trials, with: row.fail[column]), "\(place): \(fail) of \(trials) fail")
            }
        }
    }

    @Test(
        arguments: [
            (.tenth, 1, 0.739), (.quarterDown, 1, 0.787), (.quarter, 1, 0.889), (.equal, 1, 0.888), (.full, 1, 0.944),
            (.half, 1, 0.944), (.decorrelated, 1, 0.975), (.full, 0.5, 0.889), (.equal, 0.5, 0.787),
            (.decorrelated, 0.5, 0.951), (.equal, 2, 0.943), (.full, 2, 0.971),
        ] as [(DelayModel, Double, Double)])
    func `synchronised retries are eliminated as far as measured`(
        model: DelayModel, base: Double, expected: Double
    ) {
        var generator = SeededGenerator(seed: 36)
        func mean(_ model: DelayModel) -> Double {
            Sample(
                (0..<200).flatMap { _ in
                    Self.arrivals(model, workers: 20, base: base, rounds: 3, &generator).map {
                        pairCoincidence($0, window: 0.05)
                    }
                }
            ).mean
        }
        let eliminated = 1 - mean(model) / mean(.none)
        #expect(abs(eliminated - expected) < 0.015, "\(eliminated)")
    }

    @Test(arguments: [(.none, 20, 0.99), (.full, 20, 0.26), (.full, 50, 0.20)] as [(DelayModel, Int, Double)])
    func `the busiest tenth of a second holds as many as measured`(
        model: DelayModel, workers: Int, expected: Double
    ) {
        var generator = SeededGenerator(seed: 37)
        let shares = (0..<200).map { _ in
            peakShare(Self.arrivals(model, workers: workers, base: 1, rounds: 1, &generator)[0], window: 0.1)
        }
        #expect(abs(Sample(shares).mean - expected) < 0.02, "\(Sample(shares).mean)")
    }
}
