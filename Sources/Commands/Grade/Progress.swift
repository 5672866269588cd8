internal import Grading

/// What a grading says while it goes on: one live line where a person watches, else a line for every verdict.
struct Progress {
    struct Status {
        /// Since the start, in seconds.
        var elapsed: Double
        var rules: Int
        var verdicts: [Verdict: Int]
        /// Runs that have ended.
        var finished: Int
        /// Runs that go on.
        var running: Int
        /// The rules that have not concluded.
        var open: [String]
    }

    private let sink: Context.Sink
    private let style: Style
    private let columns: Int
    /// When the live line was last written; `nil` while there is none.
    private var shownAt: Double?

    init(_ sink: Context.Sink, colour: Bool, columns: Int?) {
        self.sink = sink
        style = Style(colour: colour)
        self.columns = columns ?? 80
    }

    /// Replaces the live line, unless that was done a moment ago. Without a terminal nothing happens.
    mutating func show(_ status: Status) {
        guard sink.isTerminal else { return }
        if let shownAt, status.elapsed - shownAt < 0.1 { return }
        shownAt = status.elapsed
        sink.write("\r\u{1b}[2K" + Self.line(status, style: style, columns: columns - 1))
    }

    /// Says what was concluded, where no live line does.
    func conclude(_ judgement: ReportCard.Judgement, at elapsed: Double) {
        guard !sink.isTerminal else { return }
        let time =
            String(repeating: " ", count: max(0, 6 - Decimal.text(elapsed, places: 1).count))
            + Decimal.text(elapsed, places: 1)
        sink.write("\(time) s  \(judgement.id) \(judgement.verdict.words)\n")
    }

    /// Takes the live line away.
    mutating func clear() {
        guard shownAt != nil else { return }
        shownAt = nil
        sink.write("\r\u{1b}[2K")
    }

    /// One line that fits into the columns: what does not fit is left out from the end.
    static func line(_ status: Status, style: Style, columns: Int) -> String {
        let judged = status.verdicts.values.reduce(0, +)
        let marks: [(Verdict, String, Style.Paint)] = [
            (.pass, "✓", .green), (.fail, "✗", .red), (.inconclusive, "?", .yellow), (.notApplicable, "–", .dim),
        ]
        let counts = marks.compactMap { verdict, mark, paint in
            status.verdicts[verdict].flatMap { $0 > 0 ? ("\(mark)\($0)", paint) : nil }
        }
        var width = 0
        var result = ""
        func add(_ text: String, _ paint: Style.Paint? = nil) {
            let separator = result.isEmpty ? "" : "  "
            guard width + separator.count + text.count <= columns else {
                width = columns
                return
            }
            width += separator.count + text.count
            result += separator + (paint.map { style(text, $0) } ?? text)
        }
        add("\(Decimal.text(status.elapsed, places: 1)) s", .bold)
        add("\(judged) of \(status.rules) rules")
        for (text, paint) in counts { add(text, paint) }
        add("\(status.finished) runs done, \(status.running) going", .dim)
        if !status.open.isEmpty {
            add(
                TextLayout.truncate("open: \(status.open.joined(separator: " "))", width: max(12, columns - width - 2)),
                .dim)
        }
        return result
    }
}
