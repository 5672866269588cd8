/// An experiment as a table that a person reads.
enum SimulationTable {
    static let width = 100

    static func text(_ experiment: Experiment, _ style: Style) -> String {
        var text = style(experiment.title, .bold) + "  (seed \(experiment.seed))\n\n"
        for paragraph in experiment.model { text += wrapped(paragraph) + "\n" }
        let heads = ["policy"] + experiment.columns.map(\.title)
        let rows = experiment.runs.map { run in [run.policy] + experiment.columns.map { $0.text(run) } }
        let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max() ?? 0 }
        var condition: String?
        for (run, row) in zip(experiment.runs, rows) {
            if run.condition != condition {
                if condition != nil { text += "\n" }
                condition = run.condition
                if !run.condition.isEmpty { text += style(run.condition, .bold) + "\n" }
                text += style(line(heads, widths), .dim) + "\n"
            }
            text += line(row, widths) + "\n"
        }
        for note in experiment.notes { text += "\n" + wrapped(note) }
        return text
    }

    /// The first cell to the left, numbers to the right.
    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (position, (cell, width)) in zip(cells, widths).enumerated() {
            let gap = String(repeating: " ", count: width - cell.count)
            text += position == 0 ? "  " + cell + gap : "  " + gap + cell
        }
        return text
    }

    private static func wrapped(_ text: String) -> String {
        TextLayout.wrap(text, width: width).joined(separator: "\n") + "\n"
    }
}
