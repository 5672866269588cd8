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
}
