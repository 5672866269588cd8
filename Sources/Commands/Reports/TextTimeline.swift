internal import Grading

/// A timeline in characters: `○░░░░░░◀━━━━━` is an attempt that was asked to wait and came back too early.
struct TextTimeline {
    /// Columns for everything.
    var width: Int
    /// How many calls are shown.
    private static let most = 3

    /// Nothing where no call is worth a look.
    func lines(_ timeline: Timeline) -> [String] {
        let telling = timeline.rows.filter { row in row.attempts.contains { $0.timing == .early || $0.timing == .late }
        }
        let rows = (telling.isEmpty ? timeline.rows.filter { $0.attempts.count > 1 } : telling).prefix(Self.most)
        guard !rows.isEmpty else { return [] }

        let notes = rows.map { TimelineReading($0).parts.map(\.text).joined(separator: ", ") }
        let names = rows.map { TextLayout.truncate(Printable.text($0.name), width: 22) }
        let nameWidth = names.map(\.count).max() ?? 0
        let cells = min(width - nameWidth - 4 - (notes.map(\.count).max() ?? 0), 48)
        guard cells >= 16 else { return [] }

        let end = Self.end(of: rows)
        var lines = zip(rows, zip(names, notes)).map { row, texts in
            let track = Self.track(row, cells: cells, end: end)
            return "\(TextLayout.pad(texts.0, width: nameWidth))  \(track)  \(texts.1)"
        }
        let label = SVG.seconds(end)
        let scale = "0" + String(repeating: " ", count: max(1, cells - 1 - label.count)) + label
        lines.append(String(repeating: " ", count: nameWidth + 2) + scale)
        lines.append(String(repeating: " ", count: nameWidth + 2) + Self.legend(rows).joined(separator: "  "))
        return lines
    }

    private static func end(of rows: ArraySlice<Timeline.Row>) -> Double {
        let attempts = rows.flatMap(\.attempts).map(\.at).max() ?? 0
        let asked = rows.flatMap(\.windows).map(\.until).filter { $0 <= max(2 * attempts, 10) }.max() ?? 0
        return max(attempts, asked, 0.001)
    }

    private static func track(_ row: Timeline.Row, cells: Int, end: Double) -> String {
        var track = [Character](repeating: " ", count: cells)
        func cell(_ time: Double) -> Int { min(max(Int(time / end * Double(cells - 1) + 0.5), 0), cells - 1) }
        for window in row.windows where window.from < end {
            for position in cell(window.from)...cell(min(window.until, end)) { track[position] = "░" }
        }
        for error in TimelineReading(row).errors {
            let (from, until) = (cell(min(error.at, error.due, end)), cell(min(max(error.at, error.due), end)))
            for position in from...until { track[position] = "━" }
        }
        for attempt in row.attempts { track[cell(attempt.at)] = mark(attempt.timing) }
        return String(track)
    }

    private static func mark(_ timing: Timeline.Timing) -> Character {
        switch timing {
        case .free: "○"
        case .early: "◀"
        case .prompt: "●"
        case .late: "◆"
        }
    }

    /// What occurs, and no more.
    private static func legend(_ rows: ArraySlice<Timeline.Row>) -> [String] {
        let timings = Set(rows.flatMap(\.attempts).map(\.timing))
        var legend = rows.contains { !$0.windows.isEmpty } ? ["░ asked to wait"] : []
        for (timing, word) in [
            (Timeline.Timing.free, "attempt"), (.early, "early"), (.prompt, "prompt"), (.late, "late"),
        ]
        where timings.contains(timing) {
            legend.append("\(mark(timing)) \(word)")
        }
        return legend
    }
}
