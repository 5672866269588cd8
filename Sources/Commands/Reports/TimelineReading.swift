internal import Grading

/// What a row of a timeline says, in words: for those who listen to a report, for the terminal, and beside the picture.
struct TimelineReading {
    /// An attempt that was not prompt.
    struct Error {
        var at: Double
        /// The end of the wait that it was asked for.
        var due: Double
        var timing: Timeline.Timing
    }

    struct Part {
        var timing: Timeline.Timing?
        var text: String
    }

    let row: Timeline.Row
    let errors: [Error]

    init(_ row: Timeline.Row) {
        self.row = row
        errors = row.attempts.compactMap { attempt in
            guard attempt.timing == .early || attempt.timing == .late, let due = Self.due(of: attempt, in: row) else {
                return nil
            }
            return Error(at: attempt.at, due: due, timing: attempt.timing)
        }
    }

    /// When the wait was over that an attempt had been asked for.
    private static func due(of attempt: Timeline.Attempt, in row: Timeline.Row) -> Double? {
        attempt.timing == .free ? nil : row.windows.last { $0.from <= attempt.at }?.until
    }

    /// The outcome in a few words.
    var parts: [Part] {
        var parts: [Part] = []
        for (timing, word) in [(Timeline.Timing.early, "early"), (.late, "late")] {
            let sizes = errors.filter { $0.timing == timing }.map { abs($0.at - $0.due) }
            guard let worst = sizes.max() else { continue }
            parts.append(
                Part(
                    timing: timing,
                    text: sizes.count == 1
                        ? "\(SVG.seconds(worst)) \(word)" : "\(sizes.count) \(word), by up to \(SVG.seconds(worst))"))
        }
        let prompt = row.attempts.filter { $0.timing == .prompt }
        if parts.isEmpty, let first = prompt.first, let due = Self.due(of: first, in: row) {
            let text =
                prompt.count > 1
                ? "\(prompt.count) prompt"
                : first.at < due ? "on time" : "\(SVG.seconds(first.at - due)) after the wait"
            parts.append(Part(timing: .prompt, text: text))
        }
        guard parts.isEmpty else { return parts }
        if row.attempts.count > 1 {
            let last = row.attempts.last?.at ?? 0
            parts.append(Part(text: "\(row.attempts.count) attempts in \(SVG.seconds(last))"))
        } else {
            parts.append(Part(text: row.end.map { "no retry; \($0.what)" } ?? "no retry"))
        }
        return parts
    }

    /// The class of the note in the style sheet.
    var style: String {
        errors.contains { $0.timing == .early } ? "early" : errors.isEmpty ? "calm" : "late"
    }

    /// All of it as a sentence.
    var description: String {
        var clauses: [String] = []
        for (number, attempt) in row.attempts.prefix(Self.mostSpoken).enumerated() {
            var clause = "attempt \(number + 1) at \(SVG.seconds(attempt.at)), answered \(attempt.answer)"
            if let due = Self.due(of: attempt, in: row) {
                switch attempt.timing {
                case .early: clause += ", \(SVG.seconds(due - attempt.at)) early"
                case .late: clause += ", \(SVG.seconds(attempt.at - due)) late"
                case .prompt: clause += ", soon after the wait was over"
                case .free: break
                }
            }
            clauses.append(clause)
            let next = number + 1 < row.attempts.count ? row.attempts[number + 1].at : .infinity
            if let window = row.windows.first(where: { $0.from >= attempt.at && $0.from <= next }) {
                clauses.append("asked to wait \(SVG.seconds(window.until - window.from))")
            }
        }
        let rest = row.attempts.count - Self.mostSpoken
        if rest > 0 { clauses.append("and \(rest) more attempts") }
        if let end = row.end { clauses.append("then \(end.what) at \(SVG.seconds(end.at))") }
        return clauses.joined(separator: "; ")
    }

    private static let mostSpoken = 12
}
