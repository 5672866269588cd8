import Grading
import HTTPSemantics
import Testing

@Suite struct GrowthSlopeTests {
    struct Case: CustomTestStringConvertible {
        var model: DelayModel
        /// Shares of pass and fail that 8,000 trials of another program measured, in hundredths, for 2 retries of 10 and 30
        /// processes, 3 of 10 and 20, and 4 of 10 and 20.
        var grows: [Double]
        var doesNotGrow: [Double]
        var testDescription: String { model.rawValue }
    }

    static let columns = [(2, 10), (2, 30), (3, 10), (3, 20), (4, 10), (4, 20)]
    static let always = [100.0, 100, 100, 100, 100, 100]
    static let never = [0.0, 0, 0, 0, 0, 0]

    static let table: [Case] = [
        Case(model: .none, grows: always, doesNotGrow: never),
        Case(model: .tenth, grows: always, doesNotGrow: never),
        Case(model: .quarter, grows: always, doesNotGrow: never),
        Case(model: .equal, grows: always, doesNotGrow: never),
        Case(model: .full, grows: [37, 84, 90.5, 99.8, 99.9, 100], doesNotGrow: never),
        Case(model: .decorrelated, grows: [39, 92.5, 70.5, 95.7, 84, 98.6], doesNotGrow: never),
        Case(model: .linear, grows: always, doesNotGrow: never),
        Case(model: .constant, grows: never, doesNotGrow: always),
        Case(model: .constantHalf, grows: never, doesNotGrow: [19, 54, 68, 95, 98, 100]),
        Case(model: .constantFull, grows: [0.2, 0, 0, 0, 0, 0], doesNotGrow: [5, 14, 19, 37, 45, 78]),
    ]

    /// How often growth is seen, and how often its lack, in so many trials.
    static func answers(
        _ model: DelayModel, retries: Int, processes: Int, trials: Int, _ generator: inout SeededGenerator
    ) -> (grows: Int, doesNotGrow: Int) {
        var (grows, doesNotGrow) = (0, 0)
        for _ in 0..<trials {
            let clients = (0..<processes).map { _ in model.delays(retries, base: 0.5, &generator) }
            let samples = (0..<retries).map { index in
                Sample(clients.map { max(0.001, $0[index] + DelayModel.noise(&generator)) })
            }
            switch GrowthSlope(samples)?.answer(z: 2.33) {
            case .grows?: grows += 1
            case .doesNotGrow?: doesNotGrow += 1
            case .open?, nil: break
            }
        }
        return (grows, doesNotGrow)
    }

    @Test(arguments: table) func `decides as often as the table says`(_ row: Case) {
        var generator = SeededGenerator(seed: 23)
        let trials = 300
        for (column, (retries, processes)) in Self.columns.enumerated() {
            let (grows, doesNotGrow) = Self.answers(
                row.model, retries: retries, processes: processes, trials: trials, &generator)
            let place = "\(retries) retries, \(processes) processes"
            let (yes, no) = (row.grows[column] / 100, row.doesNotGrow[column] / 100)
            #expect(agrees(grows, of: trials, with: yes...yes), "\(place): \(grows) of \(trials) grow")
            #expect(agrees(doesNotGrow, of: trials, with: no...no), "\(place): \(doesNotGrow) of \(trials) do not")
        }
    }

    @Test func `a factor of 1.5 with half of it as jitter is seen in ten processes`() {
        var generator = SeededGenerator(seed: 28)
        let (grows, doesNotGrow) = Self.answers(.cenkalti, retries: 4, processes: 10, trials: 300, &generator)
        #expect(agrees(grows, of: 300, with: 0.999...0.999) && doesNotGrow == 0)
    }

    /// n >= cv² (2.326 + 1.645)² / (S (ln(g / 1.2))²) for 95 %.
    @Test(arguments: [(.full, 2, 41), (.full, 3, 11), (.half, 2, 11)] as [(DelayModel, Int, Int)])
    func `as many processes as the formula says see growth in 95 of 100`(
        model: DelayModel, retries: Int, processes: Int
    ) {
        var generator = SeededGenerator(seed: 29)
        let (grows, _) = Self.answers(model, retries: retries, processes: processes, trials: 400, &generator)
        // The formula takes the variation for known, which a sample of eleven does not know well.
        #expect(agrees(grows, of: 400, with: 0.92...0.97), "\(grows) of 400")
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
