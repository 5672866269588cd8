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
                  fails RA-02 (10.0 s, bound 9.5 s)

                mine
                  nothing speaks against it (10.0 s, bound 9.5 s)

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
