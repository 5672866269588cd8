internal import Grading

/// A matrix and what its readers need besides.
struct MatrixReport: Sendable {
    var matrix: Matrix
    /// Whether notes and a lack of evidence count as failures.
    var strict = false
    /// The report of each client that was judged, by its file.
    var reports: [String: Report] = [:]
    /// Why not all of it was judged, as a sentence; `nil` where it was.
    var cutShort: String?

    /// What a cell shows.
    enum Cell: Hashable {
        case pass
        /// It passes, with a note.
        case noted
        case fail
        /// It fails, and that counts for nothing: the rule is for information.
        case informative
        case waived
        case inconclusive
        case notApplicable
        /// The client was not judged by this rule.
        case empty

        /// One column wide.
        var mark: String {
            switch self {
            case .pass: "✓"
            case .noted: "·"
            case .fail: "✗"
            case .informative: "!"
            case .waived: "w"
            case .inconclusive: "?"
            case .notApplicable: "–"
            case .empty: " "
            }
        }

        var words: String {
            switch self {
            case .pass: "pass"
            case .noted: "pass with a note"
            case .fail: "fail"
            case .informative: "fail, for information"
            case .waived: "fail, waived"
            case .inconclusive: "inconclusive"
            case .notApplicable: "not applicable"
            case .empty: "not judged"
            }
        }
    }

    func cell(_ row: Matrix.Row, _ column: Matrix.Column) -> Cell {
        guard let judgement = row.judgement(by: column.id) else { return .empty }
        switch judgement.verdict {
        case .pass: return judgement.finding.notes.isEmpty ? .pass : .noted
        case .fail where judgement.waiver != nil: return .waived
        case .fail: return judgement.level == .information ? .informative : .fail
        case .inconclusive: return .inconclusive
        case .notApplicable: return .notApplicable
        }
    }

    /// What the marks mean that occur: `✓ pass`.
    var legend: [String] {
        let present = Set(matrix.rows.flatMap { row in matrix.columns.map { cell(row, $0) } })
        let order: [Cell] = [.pass, .noted, .fail, .informative, .waived, .inconclusive, .notApplicable]
        return order.filter(present.contains).map { "\($0.mark) \($0.words)" }
    }

    /// The ids of the rules that a client fails at a level that counts, waived ones aside.
    func failures(of row: Matrix.Row) -> [String] {
        (row.card?.judgements ?? []).filter { $0.isFailure(strict: strict) }.map(\.id)
    }

    /// Whether nothing at all could be decided of a client, for or against it.
    func isUndecided(_ row: Matrix.Row) -> Bool { row.card?.isUndecided ?? false }

    /// `17 clients: 2 without a failure, 12 with, 1 undecided, 2 not run`.
    var summary: String {
        let judged = matrix.rows.filter { $0.card != nil }
        let failing = judged.count { !failures(of: $0).isEmpty }
        let undecided = judged.count { isUndecided($0) && failures(of: $0).isEmpty }
        let counts = [
            (judged.count - failing - undecided, "without a failure"), (failing, "with"), (undecided, "undecided"),
            (matrix.notRun.count, "not run"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let clients = matrix.rows.count == 1 ? "1 client" : "\(matrix.rows.count) clients"
        return parts.isEmpty ? clients : "\(clients): \(parts.joined(separator: ", "))"
    }
}
