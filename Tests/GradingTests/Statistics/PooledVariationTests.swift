import Glibc
import Grading
import HTTPSemantics
import Testing

@Suite struct PooledVariationTests {
    /// Tables of chi-square.
    @Test(
        arguments: [
            (0.99, 1, 6.635), (0.99, 16, 32.000), (0.01, 16, 5.812), (0.95, 10, 18.307), (0.5, 2, 1.386),
            (0.99, 100, 135.807), (0.01, 100, 70.065),
        ])
    func `chi-square`(probability: Double, degrees: Int, expected: Double) {
        #expect(abs(chiSquareQuantile(probability, degrees: degrees) - expected) < 0.001)
    }

    @Test func `the gamma distribution`() {
        // Shape 1 is exponential; the median of 2 solves (1 + x) e^-x = 1/2.
        for x in [0.1, 1, 3.0] { #expect(abs(gammaDistribution(x, shape: 1) - (1 - exp(-x))) < 1e-12) }
        #expect(abs(gammaDistribution(1.678347, shape: 2) - 0.5) < 1e-6)
        #expect(gammaDistribution(-1, shape: 2) == 0)
        #expect(gammaDistribution(1e9, shape: 2) == 1)
    }

    struct Measured: CustomTestStringConvertible {
        var model: DelayModel
        var base: Double
        /// The standard deviation of a stamp, in seconds: an interval has √2 times as much.
        var stamp = 0.003
        var outliers = 0.02
        var dropped = 1
        /// The shares of answers in hundredths; `nil` where the table has none.
        var jittered: Double?
        var fixed: Double?
        var testDescription: String {
            "\(model) of \(base) s, stamps ±\(stamp) s, outliers \(outliers), dropped \(dropped)"
        }
    }

    /// Ten processes, two retries; measured by another program.
    static let table: [Measured] = [
        Measured(model: .none, base: 0.5, jittered: 0.8, fixed: 98.7),
        Measured(model: .tenth, base: 0.5, jittered: 95.8, fixed: 0.1),
        Measured(model: .quarterDown, base: 0.5, jittered: 99.9, fixed: 0),
        Measured(model: .quarter, base: 0.5, jittered: 100, fixed: 0),
        Measured(model: .equal, base: 0.5, jittered: 100, fixed: 0),
        Measured(model: .half, base: 0.5, jittered: 100, fixed: 0),
        Measured(model: .full, base: 0.5, jittered: 100, fixed: 0),
        Measured(model: .decorrelated, base: 0.5, jittered: 100, fixed: 0),
        Measured(model: .none, base: 0.5, outliers: 0.05, jittered: 4.4),
        Measured(model: .none, base: 0.5, outliers: 0.05, dropped: 2, jittered: 0.4, fixed: 99.3),
        Measured(model: .tenth, base: 0.5, outliers: 0.05, dropped: 2, jittered: 85.5, fixed: 0.4),
        Measured(model: .none, base: 1, jittered: 0.2, fixed: 99.8),
        Measured(model: .tenth, base: 1, jittered: 99.8, fixed: 0.1),
        Measured(model: .tenth, base: 0.25, jittered: 13, fixed: 0.1),
        Measured(model: .quarter, base: 0.25, jittered: 100),
        Measured(model: .quarterDown, base: 0.1, stamp: 0.001, jittered: 92, fixed: 0),
        Measured(model: .full, base: 0.05, stamp: 0.001, jittered: 100),
        Measured(model: .full, base: 0.05, jittered: 40, fixed: 0),
    ]

    @Test(arguments: table) func `answers as often as the table says`(_ row: Measured) {
        var generator = SeededGenerator(seed: 31)
        let trials = 1_000
        let noise = row.stamp * 2.0.squareRoot()
        var (jittered, fixed) = (0, 0)
        for _ in 0..<trials {
            let clients = (0..<10).map { _ in row.model.delays(2, base: row.base, &generator) }
            let samples = (0..<2).map { index in
                Sample(
                    clients.map {
                        $0[index] + DelayModel.noise(stamps: noise, outliers: row.outliers, &generator)
                    })
            }
            switch PooledVariation(samples, noise: noise, dropping: row.dropped)?.answer {
            case .jittered?: jittered += 1
            case .fixed?: fixed += 1
            case .open?, nil: break
            }
        }
        if let share = row.jittered.map({ $0 / 100 }) {
            #expect(agrees(jittered, of: trials, with: share...share), "jittered \(jittered) of \(trials)")
        }
        if let share = row.fixed.map({ $0 / 100 }) {
            #expect(agrees(fixed, of: trials, with: share...share), "fixed \(fixed) of \(trials)")
        }
    }

    @Test func `too few delays have no variation`() {
        #expect(PooledVariation([Sample([1, 2])], noise: 0) == nil)
        #expect(PooledVariation([], noise: 0) == nil)
        #expect(PooledVariation([Sample([0, 0, 0])], noise: 0) == nil)
    }

    @Test func `limits enclose the value`() throws {
        let pooled = try #require(PooledVariation([Sample([1, 1.1, 1.2, 9])], noise: 0.01))
        #expect(abs(pooled.value - 0.1 / 1.1) < 1e-12)
        #expect(pooled.lower < pooled.value && pooled.value < pooled.upper)
        #expect(abs(pooled.ceiling - (0.02 * 0.02 + (0.03 / 1.1) * (0.03 / 1.1)).squareRoot()) < 1e-12)
    }
}
