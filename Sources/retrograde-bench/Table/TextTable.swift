/// The table for a terminal: a heading for each experiment, with how it is done, and two lines for each goal.
struct TextTable {
    let measured: [Measured]

    var text: String {
        let head = ["", "goal", "figure", "range", ""]
        let lines = [head] + measured.flatMap(\.rows).map(Self.cells)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            return String(padded.reversed().drop { $0 == " " }.reversed()) + "\n"
        }
        var text = line(head)
        for one in measured {
            text += "\n\(one.name): \(one.method)\n"
            for row in one.rows {
                text += line(Self.cells(row))
                if !row.detail.isEmpty { text += "    \(row.detail)\n" }
            }
        }
        return text
    }

    private static func cells(_ row: Row) -> [String] {
        [row.what, row.goal.text, row.value.map(row.goal.unit.text) ?? "–", row.rangeText, row.outcome.rawValue]
    }
}
