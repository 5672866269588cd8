/// The table for a terminal.
struct TextTable {
    let rows: [Row]

    var text: String {
        let cells = rows.map { row in
            [row.what, row.goal.text, row.value.map(row.goal.unit.text) ?? "–", row.outcome.rawValue, row.detail]
        }
        let head = ["what", "goal", "figure", "", "rests on"]
        let widths = (0..<4).map { column in ([head] + cells).map { $0[column].count }.max() ?? 0 }
        return ([head] + cells).map { line in
            (0..<4).map { line[$0].padded(to: widths[$0]) }.joined(separator: "  ") + "  " + line[4]
        }.joined(separator: "\n") + "\n"
    }
}
