import Testing

@testable import retrograde_bench

@Suite struct TableTests {
    static let line = Line("requests/s against the floor", .atLeast(0.9, .ratio))

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

    @Test(arguments: [
        (Line("a", .atLeast(2, .ratio)), 4.0, 2.0), (Line("b", .atMost(2, .ratio)), 4.0, 0.5),
        (Line("c", .atMost(0, .count)), 0.0, Double.infinity), (Line("d", .none(.ratio)), 4.0, nil),
    ])
    func `a margin is above 1 where a figure is better than its goal`(line: Line, value: Double, margin: Double?) {
        #expect(line.measured(value, "").margin == margin)
    }

    @Test func `the picture shows ratios that have goals, measured or not`() throws {
        let rows = [
            Self.line.measured(0.45, ""), Line("against <nginx>", .atLeast(1, .ratio)).missing("it is not installed"),
            Line("start", .atMost(12, .milliseconds)).measured(10, ""), Line("httpbin", .none(.ratio)).measured(3, ""),
        ]
        let picture = Picture(rows: rows, note: "here & now")
        #expect(picture.bars.map(\.margin) == [0.5, nil])
        #expect(picture.bars.map(\.figure) == ["0.45", "not measured"])
        #expect(picture.text.contains("here &amp; now"))
        #expect(picture.text.contains("against &lt;nginx>"))
        #expect(picture.text.firstRange(of: "class=\"missed\"") != nil)
    }

    @Test func `the text has a heading for each experiment, and says what a figure rests on`() {
        let rows = [
            Self.line.measured(Spread([1, 3, 2], to: [2, 2, 2]), "1/s and 2/s"), Self.line.missing("no wrk"),
        ]
        let lines = TextTable(measured: [Measured(name: "requests", method: "wrk", rows: rows, seconds: 1)]).text
            .split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[2] == "requests: wrk")
        #expect(lines[3].split(separator: " ").suffix(7) == ["≥", "0.90", "1.00", "0.50", "–", "1.50", "met"])
        #expect(lines[4] == "    1/s and 2/s")
        #expect(lines[5].hasSuffix("not measured"))
        #expect(lines[6] == "    no wrk")
    }

    @Test func `the JSON has no infinity`() throws {
        let rows = [Self.line.measured(Spread([1, 2], to: [0, 1]), "")]
        let session = Session(workshop: try Workshop(retrograde: "/bin/true"), isShort: true)
        let table = JSONTable(
            [Measured(name: "requests", method: "wrk", rows: rows, seconds: 1)], Surroundings(session))
        let text = String(decoding: try table.bytes(), as: UTF8.self)
        #expect(text.contains("\"lowest\" : 2"))
        #expect(!text.contains("highest"))
    }

    @Test(arguments: [(1234567.0, 0, "1,234,567"), (0.049, 2, "0.05"), (-1.5, 1, "-1.5"), (0.999, 2, "1.00")])
    func `figures are written for people`(value: Double, decimals: Int, text: String) {
        #expect(value.text(decimals) == text)
    }

    @Test func `a median of ratios is not a ratio of medians`() {
        #expect(Spread([1, 10, 100], to: [2, 10, 50]).median == 1)
        #expect(Spread([3, 1, 2, 4]).median == 2.5)
    }

    @Test(arguments: [
        ("nginx version: nginx/1.22.1", "1.22.1"), ("wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012", "4.1.0"),
        ("valgrind-3.19.0", "3.19.0"), ("Swift version 6.3 (swift-6.3-RELEASE)", "6.3"), ("no version", nil),
    ])
    func `reads what programs say of their version`(text: String, number: String?) {
        #expect(Versions.number(in: text) == number)
    }
}
