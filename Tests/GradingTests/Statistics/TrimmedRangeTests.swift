import Grading
import HTTPSemantics
import Testing

@Suite struct TrimmedRangeTests {
    /// Shares of tau in the width of the jitter, such as 25 ms in ±10 % of 500 ms.
    @Test(arguments: [
        (5, 0.5, 0.50), (8, 0.5, 0.145), (10, 0.5, 0.055), (5, 0.25, 0.104), (8, 0.25, 4.2e-3), (10, 0.25, 4.2e-4),
        (10, 0.2, 7.8e-5), (5, 0.1, 8.6e-3), (8, 0.1, 2.3e-5), (20, 0.5, 2e-4), (5, 0.125, 0.016), (8, 0.125, 8.5e-5),
        (10, 0.125, 2.1e-6), (5, 0.2, 0.058), (8, 0.2, 1.2e-3), (10, 0.1, 3.7e-7),
    ])
    func `the miss probability is the table's`(count: Int, share: Double, expected: Double) {
        let value = TrimmedRange.missProbability(count: count, share: share)
        #expect(abs(value - expected) < 0.05 * expected)
    }

    @Test func `simulation misses as often as the formula says`() {
        var generator = SeededGenerator(seed: 21)
        let trials = 4000
        var missed = 0
        for _ in 0..<trials {
            let delays = (0..<10).map { _ in Double.random(in: 0...0.05, using: &generator) }
            if TrimmedRange(delays).width <= 0.025 { missed += 1 }
        }
        let expected = TrimmedRange.missProbability(count: 10, share: 0.5)
        let error = (expected * (1 - expected) / Double(trials)).squareRoot()
        #expect(abs(Double(missed) / Double(trials) - expected) < 4 * error)
    }

    @Test func `a constant delay raises a false alarm as often as two outliers meet`() {
        #expect(abs(TrimmedRange.falseAlarmProbability(count: 10, outlier: 0.02) - 0.016) < 0.0005)
        var generator = SeededGenerator(seed: 22)
        let trials = 4000
        var alarms = 0
        for _ in 0..<trials {
            let delays = (0..<10).map { _ in
                Double.random(in: 0..<1, using: &generator) < 0.02
                    ? 0.5 + Double.random(in: 0.03...0.2, using: &generator) : 0.5
            }
            if TrimmedRange(delays).width > 0.025 { alarms += 1 }
        }
        #expect(abs(Double(alarms) / Double(trials) - 0.016) < 0.008)
    }

    struct Measured: CustomTestStringConvertible {
        var model: DelayModel
        var processes: Int
        var delay: Double
        /// The share called jittered that 20,000 trials of another program measured.
        var jittered: Double
        var testDescription: String { "\(model), \(processes) processes, \(delay) s" }
    }

    @Test(arguments: [
        Measured(model: .none, processes: 10, delay: 0.5, jittered: 0.015),
        Measured(model: .tenth, processes: 10, delay: 0.5, jittered: 0.9995),
        Measured(model: .quarterDown, processes: 10, delay: 0.5, jittered: 1),
        Measured(model: .equal, processes: 10, delay: 0.5, jittered: 1),
        Measured(model: .full, processes: 10, delay: 0.5, jittered: 1),
        Measured(model: .none, processes: 10, delay: 0.25, jittered: 0.017),
        Measured(model: .tenth, processes: 10, delay: 0.25, jittered: 0.959),
        Measured(model: .quarterDown, processes: 10, delay: 0.25, jittered: 0.99),
        Measured(model: .none, processes: 8, delay: 0.5, jittered: 0.01),
        Measured(model: .tenth, processes: 8, delay: 0.5, jittered: 0.996),
        Measured(model: .none, processes: 20, delay: 0.5, jittered: 0.06),
    ])
    func `delays are called jittered as often as was measured`(_ row: Measured) {
        var generator = SeededGenerator(seed: 25)
        let trials = 2_000
        let jittered = (0..<trials).count { _ in
            let delays = (0..<row.processes).map { _ in
                row.model.delays(1, base: row.delay, &generator)[0] + DelayModel.noise(&generator)
            }
            return TrimmedRange(delays).width > 0.025
        }
        #expect(agrees(jittered, of: trials, with: row.jittered...row.jittered), "\(jittered) of \(trials)")
    }

    @Test(arguments: [5, 8, 10, 20]) func `the width is estimated without bias`(count: Int) {
        var generator = SeededGenerator(seed: 26)
        let estimates = Sample(
            (0..<4_000).map { _ in
                TrimmedRange((0..<count).map { _ in Double.random(in: 0...0.4, using: &generator) }).estimatedJitter
            })
        let error = estimates.standardDeviation / Double(estimates.count).squareRoot()
        #expect(abs(estimates.mean - 0.4) < 4 * error)
    }

    @Test(
        arguments: [
            (.tenth, 0.058), (.quarterDown, 0.082), (.quarter, 0.144), (.equal, 0.192), (.half, 0.289), (.full, 0.577),
        ] as [(DelayModel, Double)])
    func `the variation tells the shape`(model: DelayModel, expected: Double) {
        var generator = SeededGenerator(seed: 27)
        let sample = Sample((0..<20_000).map { _ in model.delays(1, base: 1, &generator)[0] })
        #expect(abs(sample.coefficientOfVariation - expected) < 0.02 * expected)
    }

    @Test func `the latest value counts for nothing`() {
        #expect(TrimmedRange([1, 1.001, 1.002, 9]).width < 0.0021)
        #expect(TrimmedRange([1, 2]).width == 0)
    }
}
