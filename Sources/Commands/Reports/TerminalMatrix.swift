internal import Grading

/// The matrix for people: a line a client, a column a rule, the columns gathered in groups.
struct TerminalMatrix {
    var style: Style
    /// Columns, 80 or more: a full matrix needs about 120, and a table that is broken into pieces is none.
    var width: Int

    init(colour: Bool, columns: Int?) {
        style = Style(colour: colour)
        width = max(columns ?? 120, 80)
    }

    func text(_ report: MatrixReport) -> String {
        let matrix = report.matrix
        let groups = Self.groups(matrix.columns)
        let tableWidth = groups.reduce(0) { $0 + $1.width + 1 }
        let names = matrix.rows.map(\.client.count).max() ?? 0
        let nameWidth = max(12, min(names, width - tableWidth - 2))
        let facts = ["suite \(matrix.suite)", "seed \(matrix.seed)", Decimal.text(matrix.seconds, places: 1) + " s"]
        var lines = [style(facts.joined(separator: " · "), .dim), ""]
        lines += Self.header(groups).map { style(String(repeating: " ", count: nameWidth + 1) + $0, .dim) }
        lines += matrix.rows.map { row in
            let name = TextLayout.pad(
                TextLayout.truncate(Printable.text(row.client), width: nameWidth), width: nameWidth)
            guard row.card != nil else { return style(name, .dim) + "  " + style("not run, see below", .dim) }
            let cells = groups.map { group in
                let marks = group.columns.map { mark(report.cell(row, $0)) }.joined()
                return " " + marks + String(repeating: " ", count: group.width - group.columns.count)
            }
            let isGood = report.failures(of: row).isEmpty && !report.isUndecided(row)
            return style(name, isGood ? .green : .bold) + " "
                + Self.trimmed(cells.joined())
        }
        lines += ["", style(report.legend.joined(separator: "   "), .dim)]
        lines += details(report)
        if let cutShort = report.cutShort { lines += ["", style(cutShort, .yellow)] }
        lines += ["", style(report.summary, matrix.isFailure(strict: report.strict) ? .red : .green)]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The rules of one group: those whose ids begin with the same letters.
    private struct Group {
        var name: String
        var columns: [Matrix.Column]
        var width: Int { max(name.count, columns.count) }
    }

    private static func groups(_ columns: [Matrix.Column]) -> [Group] {
        columns.reduce(into: []) { groups, column in
            let name = String(column.id.prefix { $0 != "-" })
            if groups.last?.name == name {
                groups[groups.count - 1].columns.append(column)
            } else {
                groups.append(Group(name: name, columns: [column]))
            }
        }
    }

    /// The groups' names, and below them the last digit of each rule's number.
    private static func header(_ groups: [Group]) -> [String] {
        [
            groups.map { " " + TextLayout.pad($0.name, width: $0.width) }.joined(),
            groups.map { " " + TextLayout.pad(String($0.columns.compactMap(\.id.last)), width: $0.width) }.joined(),
        ].map(trimmed)
    }

    /// Without spaces at the end.
    private static func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    private func mark(_ cell: MatrixReport.Cell) -> String {
        let paint: Style.Paint =
            switch cell {
            case .pass: .green
            case .fail: .red
            case .informative, .waived, .inconclusive, .noted: .yellow
            case .notApplicable, .empty: .dim
            }
        return style(cell.mark, paint)
    }

    /// For each client what speaks against it, or why it was not judged.
    private func details(_ report: MatrixReport) -> [String] {
        report.matrix.rows.flatMap { row -> [String] in
            switch row.outcome {
            case .notRun(let reason):
                return [""] + paragraph(row.client, "not run: \(reason)", .yellow)
            case .judged(let card, let seconds):
                let failures = report.failures(of: row)
                var facts = [Decimal.text(seconds, places: 1) + " s"]
                if let bound = card.bound { facts.append("waits alone need \(Decimal.text(bound, places: 1)) s") }
                let isOpen = failures.isEmpty && report.isUndecided(row)
                let verdict =
                    isOpen
                    ? "nothing could be decided"
                    : failures.isEmpty ? "nothing speaks against it" : "fails \(failures.joined(separator: ", "))"
                return [""]
                    + paragraph(
                        row.client, "\(verdict) (\(facts.joined(separator: ", ")))",
                        isOpen ? .yellow : failures.isEmpty ? .green : .red)
            }
        }
    }

    private func paragraph(_ name: String, _ text: String, _ paint: Style.Paint) -> [String] {
        let lines = TextLayout.wrap(Printable.text(text), width: width - 2)
        return [style(Printable.text(name), .bold)] + lines.map { "  " + style($0, paint) }
    }
}
