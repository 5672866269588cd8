import Testing

@testable import retrograde_bench

@Suite struct GuardTests {
    static let guarded = Guarded(
        name: "start", unit: "times the floor's", margin: 1.1, attempts: 3, advice: "look"
    ) { _ in 0 }

    @Test(arguments: [
        ([2.0], "holds"), ([1.7], "lower the kept figure"), ([2.2], "holds"), ([3, 2.5, 2.1], "holds"),
        ([3, 2.5, 2.4], "GREW"),
    ])
    func `a figure that is above is measured again, and the lowest counts`(figures: [Double], word: String) {
        var rest = figures[...]
        let verdict = Self.guarded.check(against: 2) { rest.removeFirst() }
        #expect(rest.isEmpty)
        #expect(verdict.fails == (word == "GREW"))
        #expect(verdict.text.contains(word))
    }

    @Test func `a failure says how much, why, and what to write`() {
        let text = GuardVerdict(guarded: Self.guarded, value: 3, kept: 2).text
        #expect(text.contains("3.00 times the floor's, kept 2.00 (+50.0 %, allowed +10 %)"))
        #expect(text.contains("It grew by 1.00"))
        #expect(text.contains("To find out why: look"))
        #expect(text.contains("start 3.00 REASON"))
    }
}
