import Testing

@testable import retrograde_bench

@Suite struct TableTests {
    static let line = Line("requests/s against the floor", .atLeast(0.9, .ratio), against: Scripted.floor)

    @Test func `a row says whether its goal is met`() {
        #expect(Self.line.measured(0.9, "").outcome == .met)
        #expect(Self.line.measured(0.89, "").outcome == .missed)
        #expect(Self.line.missing("no wrk").outcome == .notMeasured)
        #expect(Line("start", .atMost(12, .milliseconds)).measured(12.1, "").outcome == .missed)
        #expect(Line("httpbin", .none(.ratio)).measured(3, "").outcome == .noGoal)
    }

    @Test func `every goal of a measurement has a line of its own`() {
        let names = Measurements.all.flatMap { $0.lines }.map(\.what)
        #expect(Set(names).count == names.count)
        #expect(names.count >= 30)
    }

    @Test func `the picture needs the floor, and shows who is beside it`() throws {
        let other = Line("against nginx", .none(.ratio), against: "nginx").measured(2, "")
        #expect(Picture(rows: [other], machine: Machine()) == nil)
        let picture = try #require(Picture(rows: [Self.line.measured(0.8, ""), other], machine: Machine()))
        #expect(picture.bars.map(\.name) == ["bare C", "Retrograde", "nginx"])
        #expect(picture.bars.map(\.share) == [1, 0.8, 0.4])
    }

    @Test(arguments: [(1234567.0, 0, "1,234,567"), (0.049, 2, "0.05"), (-1.5, 1, "-1.5"), (0.999, 2, "1.00")])
    func `figures are written for people`(value: Double, decimals: Int, text: String) {
        #expect(value.text(decimals) == text)
    }

    @Test func `a median of ratios is not a ratio of medians`() {
        #expect(Summary.ratio([1, 10, 100], to: [2, 10, 50]) == 1)
        #expect(Summary.median([3, 1, 2, 4]) == 2.5)
    }
}
