import Grading
import Testing

@testable import Commands

@Suite struct MatrixReportTests {
    static let ids = ["ST-01", "RA-01", "RA-02", "RD-01", "JT-01"]

    static func row(_ client: String, _ verdicts: [Verdict], waived: Bool = false) -> (Matrix.Row, Report) {
        let judgements = zip(ids, verdicts).map { id, verdict in
            ReportCard.Judgement(
                RuleCatalogue.rule(id)!,
                Finding(verdict, expected: "e", actual: "it did | that", notes: id == "RD-01" ? ["in part"] : []),
                waiver: waived && verdict == .fail ? "known" : nil)
        }
        let card = ReportCard(client: client, suite: "quick", seed: 1, bound: 9.5, judgements: judgements)
        let file = client + ".yaml"
        return (
            Matrix.Row(client: client, file: file, outcome: .judged(card, seconds: 10)),
            Report(card: card, elapsed: 10, client: [file])
        )
    }

    static var report: MatrixReport {
        let columns = ids.compactMap(RuleCatalogue.rule).map { Matrix.Column($0) }
        var report = MatrixReport(matrix: Matrix(suite: "quick", seed: 1, columns: columns, seconds: 21))
        for (row, single) in [
            row("curl", [.pass, .pass, .fail, .pass, .inconclusive]),
            row("mine", [.fail, .fail, .pass, .notApplicable, .pass], waived: true),
        ] {
            report.matrix.rows.append(row)
            report.reports[row.file] = single
        }
        report.matrix.rows.append(
            Matrix.Row(client: "aria2c", file: "aria2c.yaml", outcome: .notRun(reason: "not installed")))
        return report
    }

    @Test func `for pipelines it is a suite a client, with names of their own`() {
        let text = JUnitReport.text(Self.report)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[1] == "<testsuites name=\"retrograde\" tests=\"11\" failures=\"1\" errors=\"1\" time=\"21.000\">")
        #expect(
            lines.filter { $0.contains("<testsuite ") } == [
                "  <testsuite name=\"retrograde grade: curl\" tests=\"5\" failures=\"1\" errors=\"0\" time=\"10.000\" "
                    + "skipped=\"1\">",
                "  <testsuite name=\"retrograde grade: mine\" tests=\"5\" failures=\"0\" errors=\"0\" time=\"10.000\" "
                    + "skipped=\"3\">",
                "  <testsuite name=\"retrograde grade: aria2c\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"0.000\" "
                    + "skipped=\"0\">",
            ])
        #expect(text.contains("name=\"curl: RA-02 "))
        #expect(text.contains("name=\"aria2c: was not run\" file=\"aria2c.yaml\" line=\"1\""))
        #expect(text.contains("<error type=\"not run\" message=\"not installed\"/>"))
        let cases = lines.filter { $0.contains("<testcase ") }
        let names = cases.map { $0.split(separator: "\" ")[1] }
        #expect(names.count == 11 && Set(names).count == 11)
    }

    @Test func `a line a client, a column a rule, in groups`() {
        let text = TerminalMatrix(colour: false, columns: 80).text(Self.report)
        #expect(
            text == """
                suite quick · seed 1 · 21.0 s

                              ST RA RD JT
                              1  12 1  1
                curl          ✓  ✓✗ ·  ?
                mine          w  w✓ –  ✓
                aria2c        not run, see below

                ✓ pass   · pass with a note   ✗ fail   w fail, waived   ? inconclusive   – not applicable

                curl
                  fails RA-02 (10.0 s, waits alone need 9.5 s)

                mine
                  nothing speaks against it (10.0 s, waits alone need 9.5 s)

                aria2c
                  not run: not installed

                3 clients: 1 without a failure, 1 with, 1 not run

                """, "\(text)")
    }

    @Test func `Markdown has the table and a fold for each client`() {
        let text = MarkdownReport.text(Self.report)
        #expect(text.contains("| curl | ✓ | ✓ | ✗ | · | ? |\n"))
        #expect(text.contains("| aria2c |   |   |   |   |   |\n"))
        #expect(text.contains("<details><summary>curl: 5 rules: 3 passed, 1 failed, 1 inconclusive</summary>"))
        #expect(text.contains("fail: it did \\| that (waived: known)"))
        #expect(text.contains("- aria2c: not installed"))
    }

    @Test func `JSON has the whole report of each client, or the reason`() throws {
        let text = try JSONReport.text(Self.report)
        #expect(text.contains("\"reason\" : \"not installed\""))
        #expect(text.contains("\"command\" : \"retrograde grade --only RA-02 curl.yaml\""))
        #expect(text.contains("\"waiver\" : \"known\""))
    }
}
