import Grading
import Testing

@Suite struct QuantileTests {
    /// Tables of Student's t, one-sided.
    @Test(arguments: [(0.99, 1, 31.821), (0.99, 4, 3.747), (0.99, 9, 2.821), (0.95, 9, 1.833), (0.99, 60, 2.390)])
    func `Student's t`(probability: Double, degrees: Int, expected: Double) {
        #expect(abs(studentQuantile(probability, degrees: degrees) - expected) < 0.001)
        #expect(abs(studentQuantile(1 - probability, degrees: degrees) + expected) < 0.001)
    }

    @Test(arguments: [(0.5, 0), (0.975, 1.959964), (0.99, 2.326348), (0.995, 2.575829), (0.001, -3.090232)])
    func `the normal distribution`(probability: Double, expected: Double) {
        #expect(abs(normalQuantile(probability) - expected) < 1e-5)
    }

    @Test func `the beta distribution`() {
        // Beta(1, 1) is uniform; Beta(2, 1) has the distribution x²; Beta(a, b) mirrors Beta(b, a).
        for x in [0.0, 0.1, 0.5, 0.77, 1] {
            #expect(abs(betaDistribution(x, a: 1, b: 1) - x) < 1e-12)
            #expect(abs(betaDistribution(x, a: 2, b: 1) - x * x) < 1e-12)
            #expect(abs(betaDistribution(x, a: 8, b: 3) + betaDistribution(1 - x, a: 3, b: 8) - 1) < 1e-12)
        }
        #expect(betaDistribution(-1, a: 2, b: 2) == 0)
        #expect(betaDistribution(2, a: 2, b: 2) == 1)
    }

    @Test func `a mean of few events has wide limits, of equal ones the least error`() {
        let interval = MeanInterval([0.4, 0.5, 0.6], leastError: 0.01)
        #expect(abs(interval.mean - 0.5) < 1e-12)
        #expect(abs(interval.upper - (0.5 + 6.965 * 0.1 / 3.0.squareRoot())) < 0.001)
        let equal = MeanInterval([1, 1, 1, 1, 1], leastError: 0.01)
        #expect(abs(equal.lower - (1 - 0.03747)) < 0.0001)
        #expect(MeanInterval([1], leastError: 0.01).lower == -.infinity)
    }

    @Test func `samples`() {
        let sample = Sample([3, 1, 2])
        #expect(sample.median == 2 && sample.mean == 2 && sample.range == 2)
        #expect(abs(sample.standardDeviation - 1) < 1e-12)
        #expect(Sample([4, 1]).median == 2.5)
        #expect(Sample([]).median == 0 && Sample([1]).standardDeviation == 0)
    }
}
