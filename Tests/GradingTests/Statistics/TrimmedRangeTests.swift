import Grading
import HTTPSemantics
import Testing

@Suite struct TrimmedRangeTests {
    /// Shares of tau in the width of the jitter, such as 25 ms in ±10 % of 500 ms.
    @Test(arguments: [
        (5, 0.5, 0.50), (8, 0.5, 0.145), (10, 0.5, 0.055), (5, 0.25, 0.104), (8, 0.25, 4.2e-3), (10, 0.25, 4.2e-4),
        (10, 0.2, 7.8e-5), (5, 0.1, 8.6e-3), (8, 0.1, 2.3e-5),
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

    @Test func `the latest value counts for nothing`() {
        #expect(TrimmedRange([1, 1.001, 1.002, 9]).width < 0.0021)
        #expect(TrimmedRange([1, 2]).width == 0)
    }
}
