import Grading
import Testing

@testable import Commands

@Suite struct TerminalReportTests {
    @Test func `prints a table, what speaks against the client, and the sum`() {
        #expect(
            TerminalReport(colour: false, columns: 100).text(.sample) == """
                curl -sSf --retry 4 {url}
                suite standard · seed 7 · 52.1 s · noise floor 3.1 ms

                  ✓ ST-01  retries what is worth retrying                503 and 429 are tried again
                  ✗ RA-01  waits for Retry-After seconds                 fail: 2 of 6 waits were cut short, by 588
                                                                         ms at most
                  ? HD-01  workers that failed together come back apart  inconclusive: this machine spreads even a
                                                                         client without jitter: its index is 0.61,
                                                                         and what the client adds cannot be told
                                                                         from it
                  – ID-01  no silent replay of a POST                    not applicable: no command for this: add
                                                                         --post 'CMD … {url}', a command that sends
                                                                         one POST

                ✗ RA-01 waits for Retry-After seconds  fail
                  required  After a response with Retry-After in seconds the client does not come back earlier.
                  level     should · RFC 9110, section 10.2.3 <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>
                            also GitHub REST API: best practices
                  expected  no request before the announced wait is over
                  actual    2 of 6 waits were cut short, by 588 ms at most
                            · run 1: asked 2.000 s, waited 2.004 s, 4 ms later
                            ✗ run 2: asked 2.000 s, waited 1.412 s, 588 ms early
                  note      it read "2" & <said> | `so`\\u{7}
                  class     ignores the field
                  again     retrograde grade --only RA-01 --dialect openai -- curl -sSf --retry 4 {url}

                ? HD-01 workers that failed together come back apart  inconclusive
                  required  The retries of a herd do not coincide.
                  level     practice
                  expected  less than 0.36 of all pairs within 5 % of the delay
                  actual    this machine spreads even a client without jitter: its index is 0.61, and what the
                            client adds cannot be told from it
                  again     retrograde grade --only HD-01 --dialect openai -- curl -sSf --retry 4 {url}

                4 rules: 1 passed, 1 failed, 1 inconclusive, 1 not applicable

                """)
    }

    @Test(arguments: [80, 100, 120, 400]) func `keeps within its width`(columns: Int) {
        let width = min(columns, 120)
        for line in TerminalReport(colour: false, columns: columns).text(.sample).split(separator: "\n") {
            // An address or a command is never broken: it could not be copied.
            if line.contains("<https://") || line.hasPrefix("  again") { continue }
            #expect(line.count <= width, "\(line)")
        }
    }

    @Test func `colours only what it was told to colour`() {
        #expect(TerminalReport(colour: true, columns: 100).text(.sample).contains("\u{1b}[1;31mfail"))
        #expect(!TerminalReport(colour: false, columns: 100).text(.sample).contains("\u{1b}"))
    }

    @Test func `lets no control character of the client through`() {
        let text = TerminalReport(colour: false, columns: 100).text(.sample)
        #expect(text.contains("`so`\\u{7}"))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test func `gives the reason of an interruption once`() {
        var report = Report.sample
        report.cutShort = "interrupted by signal 2 after 6.0 s"
        report.card.judgements[2].finding.actual = "interrupted by signal 2 after 6.0 s"
        let text = TerminalReport(colour: false, columns: 100).text(report)
        #expect(!text.contains("? HD-01 workers"))
        #expect(text.hasSuffix("\n\ninterrupted by signal 2 after 6.0 s\n\(report.summary)\n"))
    }

    @Test func `repeats a rule with the command for POSTs only where that is needed`() {
        var report = Report.sample
        report.postOptions = ["--post", "curl -d x {url}"]
        #expect(!report.command(repeating: "RA-01").contains("--post"))
        #expect(report.command(repeating: "ID-01").contains("--post 'curl -d x {url}' -- curl"))
    }

    @Test func `says what a baseline says`() {
        var report = Report.sample
        report.comparison = Baseline(["ST-01": .fail]).compare(report.card, strict: false)
        let text = TerminalReport(colour: false, columns: 100).text(report)
        #expect(text.contains("not in the baseline: RA-01\nno longer true, strike it: ST-01\n4 rules:"))
    }

    @Test(arguments: [
        ([Verdict](), "0 rules"), ([.pass], "1 rule: 1 passed"),
        ([.pass, .pass, .fail], "3 rules: 2 passed, 1 failed"),
        ([.notApplicable, .inconclusive], "2 rules: 1 inconclusive, 1 not applicable"),
    ])
    func `sums up`(verdicts: [Verdict], sum: String) {
        let judgements = verdicts.map { verdict in
            ReportCard.Judgement(
                id: "X", title: "", requirement: "", level: .must, sources: [],
                finding: Finding(verdict, expected: "", actual: ""))
        }
        let report = Report(card: ReportCard(client: "", suite: "", seed: 1, judgements: judgements), elapsed: 0)
        #expect(report.summary == sum)
    }
}

@Suite struct DecimalTests {
    @Test(arguments: [
        (0.0, 1, "0.0"), (0.05, 1, "0.1"), (1.0004, 3, "1.000"), (-0.0004, 3, "0.000"), (-1.5, 1, "-1.5"),
        (12.0, 0, "12"), (99.96, 1, "100.0"), (0.001, 3, "0.001"),
    ])
    func `writes so many decimals`(value: Double, places: Int, text: String) {
        #expect(Decimal.text(value, places: places) == text)
    }
}

@Suite struct TextLayoutTests {
    @Test(arguments: [
        ("", 10, [""]), ("a b c", 3, ["a b", "c"]), ("abcdef g", 3, ["abcdef", "g"]), ("a\nb", 9, ["a", "b"]),
        ("one two three", 7, ["one two", "three"]),
    ])
    func `wraps at spaces`(text: String, width: Int, lines: [String]) {
        #expect(TextLayout.wrap(text, width: width) == lines)
    }

    @Test(arguments: [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("äöü", 2, "ä…"), ("", 0, "")])
    func `cuts what is too long`(text: String, width: Int, cut: String) {
        #expect(TextLayout.truncate(text, width: width) == cut)
    }
}
