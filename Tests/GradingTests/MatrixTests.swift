import Grading
import Testing

@Suite struct MatrixTests {
    func matrix(_ rows: Matrix.Row...) -> Matrix {
        Matrix(suite: "quick", seed: 1, columns: ["RA-01", "JT-01"].map { Matrix.Column(.named($0)) }, rows: rows)
    }

    func row(_ verdict: Verdict, waiver: String? = nil) -> Matrix.Row {
        let finding = Finding(verdict, expected: "e", actual: "a")
        let card = ReportCard(
            client: "curl", suite: "quick", seed: 1,
            judgements: [ReportCard.Judgement(.named("RA-01"), finding, waiver: waiver)])
        return Matrix.Row(client: "curl", file: "curl.yaml", outcome: .judged(card, seconds: 1))
    }

    let missing = Matrix.Row(client: "aria2c", file: "aria2c.yaml", outcome: .notRun(reason: "not installed"))

    @Test func `one client that fails makes it red`() {
        #expect(matrix(row(.pass), row(.fail), missing).isFailure(strict: false))
        #expect(!matrix(row(.pass), missing).isFailure(strict: false))
    }

    @Test func `what is waived speaks against nobody`() {
        #expect(!matrix(row(.fail, waiver: "known since version 2")).isFailure(strict: true))
    }

    @Test func `rows know their verdicts, and those without are kept apart`() {
        let matrix = matrix(row(.pass), missing)
        #expect(matrix.rows[0].judgement(by: "RA-01")?.verdict == .pass)
        #expect(matrix.rows[0].judgement(by: "JT-01") == nil)
        #expect(matrix.notRun == [missing])
    }
}
