import Grading
import HTTPSemantics
import Testing

@Suite struct GrowthSlopeTests {
    enum Jitter {
        case none
        case share(Double)
        case equal, full
    }

    struct Case: CustomTestStringConvertible {
        var name: String
        var factor: Double
        var jitter: Jitter
        var retries: Int
        var processes: Int
        /// Shares of pass and fail measured with 8,000 trials of another program.
        var grows: Double
        var doesNotGrow: Double
        var testDescription: String { "\(name), \(retries) retries, \(processes) processes" }
    }

    static let table: [Case] = [
        Case(name: "none", factor: 2, jitter: .none, retries: 3, processes: 10, grows: 1, doesNotGrow: 0),
        Case(name: "±25 %", factor: 2, jitter: .share(0.25), retries: 3, processes: 10, grows: 1, doesNotGrow: 0),
        Case(name: "equal", factor: 2, jitter: .equal, retries: 2, processes: 10, grows: 1, doesNotGrow: 0),
        Case(name: "full", factor: 2, jitter: .full, retries: 3, processes: 10, grows: 0.905, doesNotGrow: 0),
        Case(name: "full", factor: 2, jitter: .full, retries: 4, processes: 10, grows: 0.999, doesNotGrow: 0),
        Case(name: "full", factor: 2, jitter: .full, retries: 2, processes: 10, grows: 0.37, doesNotGrow: 0),
        Case(name: "constant", factor: 1, jitter: .none, retries: 2, processes: 10, grows: 0, doesNotGrow: 1),
        Case(
            name: "cenkalti", factor: 1.5, jitter: .share(0.5), retries: 4, processes: 10, grows: 0.999, doesNotGrow: 0),
    ]

    @Test(arguments: table) func `decides as often as the table says`(_ row: Case) throws {
        var generator = SeededGenerator(seed: 23)
        let trials = 500
        var grows = 0
        var doesNotGrow = 0
        for _ in 0..<trials {
            let samples = (0..<row.retries).map { index in
                let delay = 0.5 * (0..<index).reduce(1.0) { product, _ in product * row.factor }
                return Sample((0..<row.processes).map { _ in draw(delay, row.jitter, &generator) })
            }
            switch try #require(GrowthSlope(samples)).answer(z: 2.33) {
            case .grows: grows += 1
            case .doesNotGrow: doesNotGrow += 1
            case .open: break
            }
        }
        // Four standard errors of a share from 500 trials, and a point for the ways to simulate noise.
        func close(_ count: Int, _ share: Double) -> Bool {
            let error = (max(share * (1 - share), 0.002) / Double(trials)).squareRoot()
            return abs(Double(count) / Double(trials) - share) < 4 * error + 0.01
        }
        #expect(close(grows, row.grows), "\(grows) of \(trials)")
        #expect(close(doesNotGrow, row.doesNotGrow), "\(doesNotGrow) of \(trials)")
    }

    func draw(_ delay: Double, _ jitter: Jitter, _ generator: inout SeededGenerator) -> Double {
        let share: Double =
            switch jitter {
            case .none: 1
            case .share(let share): Double.random(in: 1 - share...1 + share, using: &generator)
            case .equal: Double.random(in: 0.5...1, using: &generator)
            case .full: Double.random(in: 0...1, using: &generator)
            }
        return delay * share + Double.random(in: 0...0.004, using: &generator)
    }

    @Test func `what lies behind a cap does not count`() throws {
        let samples = [1.0, 2, 4, 4.1, 3.9, 4].map { Sample([$0, $0, $0]) }
        let slope = try #require(GrowthSlope(samples))
        #expect(slope.indices == 3)
        #expect(abs(slope.factor - 2) < 1e-9)
        #expect(try #require(GrowthSlope.cap(samples)) == 4)
    }

    @Test func `delays that are flat from the start are kept whole`() throws {
        let samples = [1.0, 1, 1, 1].map { Sample([$0, $0, $0]) }
        let slope = try #require(GrowthSlope(samples))
        #expect(slope.indices == 4)
        #expect(slope.answer(z: 2.6) == .doesNotGrow)
        #expect(GrowthSlope.cap(samples) == nil)
    }

    @Test func `one delay has no slope`() {
        #expect(GrowthSlope([Sample([1, 1])]) == nil)
        #expect(GrowthSlope([]) == nil)
    }
}
