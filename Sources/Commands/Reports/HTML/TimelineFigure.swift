internal import Grading

/// Attempts as marks on a line per call, over the shaded times in which they were asked to wait.
///
/// Name and outcome of a call are text of the page beside its line, so that they wrap on a narrow screen.
struct TimelineFigure {
    private let timeline: Timeline
    private let axis: TimeAxis

    init(_ timeline: Timeline) {
        self.timeline = timeline
        axis = TimeAxis(to: Self.end(of: timeline))
    }

    /// Where the picture ends: behind all that happened, and behind the windows that are not much longer than that.
    /// A wait of a day would squeeze everything else into nothing.
    private static func end(of timeline: Timeline) -> Double {
        let happened = timeline.rows.flatMap { $0.attempts.map(\.at) + [$0.end?.at ?? 0] }.max() ?? 0
        let asked = timeline.rows.flatMap(\.windows).map(\.until).filter { $0 <= max(2 * happened, 10) }.max() ?? 0
        return max(happened, asked) * 1.02
    }

    var markup: Markup {
        """
        <figure class="timeline">
        <figcaption>\(timeline.title)</figcaption>
        <ol>\(timeline.rows.map(row))</ol>
        <div class="scale">\(axis.markup)<p>after the first attempt</p></div>
        \(legend)
        </figure>
        """
    }

    private func row(_ row: Timeline.Row) -> Markup {
        let reading = TimelineReading(row)
        return """
            <li><span class="name">\(row.name)</span>
            <svg class="track" role="img" width="100%" height="36"><title>\(row.name)</title>\
            <desc>\(reading.description)</desc>
            \(line(row))\(row.windows.map(window))\(errors(row, reading))\(marks(row))\(ending(row))</svg>
            <span class="note \(Markup(trusted: reading.style))">\(note(reading))</span></li>
            """
    }

    private static let middle = 13.0

    private func line(_ row: Timeline.Row) -> Markup {
        let last = max(row.attempts.last?.at ?? 0, row.end?.at ?? 0)
        return """
            <line class="life" x1="0" x2="\(SVG.percent(axis.share(last)))" y1="\(SVG.number(Self.middle))" \
            y2="\(SVG.number(Self.middle))"/>
            """
    }

    private func window(_ window: Timeline.Window) -> Markup {
        let from = min(max(axis.share(window.from), 0), 1)
        let until = min(max(axis.share(window.until), 0), 1)
        var markup: Markup = """
            <rect class="window" x="\(SVG.percent(from))" y="3" width="\(SVG.percent(until - from))" height="20"/>
            """
        if axis.share(window.until) > 1 {
            markup += """
                <svg class="beyond" x="100%" y="\(SVG.number(Self.middle))" overflow="visible"><path d="M-8 -6L0 0L-8 6"/></svg>
                """
        }
        return markup
    }

    /// The time by which an attempt was early, and that by which it was late.
    private func errors(_ row: Timeline.Row, _ reading: TimelineReading) -> Markup {
        reading.errors.map { error -> Markup in
            let from = min(max(axis.share(min(error.at, error.due)), 0), 1)
            let until = min(max(axis.share(max(error.at, error.due)), 0), 1)
            return """
                <rect class="gap \(Markup(trusted: error.timing.rawValue))" x="\(SVG.percent(from))" \
                y="\(SVG.number(Self.middle - 2))" width="\(SVG.percent(until - from))" height="4"/>
                """
        }.joined()
    }

    /// Marks, and below them what each was answered, as far as there is room: on a wide screen there is more.
    private func marks(_ row: Timeline.Row) -> Markup {
        var narrow = Room(characters: 40)
        var wide = Room(characters: 86)
        // What the narrow screen shows stands on the wide one as well, and what is added there keeps clear of it.
        let words = row.attempts.map { attempt in
            let share = axis.share(attempt.at)
            // Near an end of the line a word goes inwards; how near is a matter of the narrow screen.
            let anchor = narrow.anchor(of: attempt.answer, at: share)
            let fits = narrow.take(attempt.answer, at: share, anchor)
            if fits { wide.put(attempt.answer, at: share, anchor) }
            return (attempt, share, anchor, fits)
        }
        return words.map { attempt, share, anchor, fitsNarrow -> Markup in
            let mark = SVG.mark(SVG.Shape(rawValue: attempt.timing.rawValue) ?? .free, at: share, y: Self.middle)
            guard fitsNarrow || wide.take(attempt.answer, at: share, anchor) else { return mark }
            return mark
                + """
                <text\(fitsNarrow ? nil : " class=\"roomy\"" as Markup) x="\(SVG.percent(share))" y="34" \
                text-anchor="\(anchor.rawValue)">\(attempt.answer)</text>
                """
        }.joined()
    }

    /// Which parts of a line of text are taken.
    private struct Room {
        /// How many fit into the whole line.
        var characters: Double
        private var taken: [(start: Double, end: Double)] = []

        init(characters: Double) { self.characters = characters }

        /// Which part of a word stands at its place.
        enum Anchor: String { case start, middle, end }

        func anchor(of word: String, at share: Double) -> Anchor {
            let half = Double(word.count) / 2 / characters
            return share < half ? .start : share + half > 1 ? .end : .middle
        }

        /// Takes the place of a word, and a character more, if it is free.
        mutating func take(_ word: String, at share: Double, _ anchor: Anchor) -> Bool {
            let wanted = span(word, at: share, anchor)
            guard !taken.contains(where: { $0.start < wanted.end && wanted.start < $0.end }) else { return false }
            taken.append(wanted)
            return true
        }

        mutating func put(_ word: String, at share: Double, _ anchor: Anchor) {
            taken.append(span(word, at: share, anchor))
        }

        private func span(_ word: String, at share: Double, _ anchor: Anchor) -> (start: Double, end: Double) {
            let width = Double(word.count) / characters
            let start =
                switch anchor {
                case .start: share
                case .middle: share - width / 2
                case .end: share - width
                }
            return (start, start + width + 1 / characters)
        }
    }

    /// The end of a client that went on for a while after its last attempt.
    private func lateEnd(_ row: Timeline.Row) -> Double? {
        guard let end = row.end?.at, axis.share(end) > axis.share(row.attempts.last?.at ?? 0) + 0.01 else { return nil }
        return end
    }

    private func ending(_ row: Timeline.Row) -> Markup? {
        guard let end = lateEnd(row) else { return nil }
        let place = SVG.percent(axis.share(end))
        return "<line class=\"end\" x1=\"\(place)\" x2=\"\(place)\" y1=\"6\" y2=\"20\"/>"
    }

    private func note(_ reading: TimelineReading) -> Markup {
        reading.parts.map { part -> Markup in
            guard let timing = part.timing, let shape = SVG.Shape(rawValue: timing.rawValue) else {
                return "<span>\(part.text)</span>"
            }
            return "<span>\(Self.sample(shape)) \(part.text)</span>"
        }.joined(separator: " ")
    }

    private static func sample(_ shape: SVG.Shape) -> Markup {
        """
        <svg class="sample" aria-hidden="true" width="16" height="16">\(SVG.mark(shape, at: 0.5, y: 8))</svg>
        """
    }

    /// What the picture has, and no more.
    private var legend: Markup {
        let timings = Set(timeline.rows.flatMap(\.attempts).map(\.timing))
        var items: [Markup] = []
        if !timeline.rows.flatMap(\.windows).isEmpty {
            items.append(
                """
                <svg class="sample wide" aria-hidden="true" width="24" height="16"><rect class="window" width="24" \
                height="16"/></svg> asked to wait
                """)
        }
        for timing in Timeline.Timing.allCases where timings.contains(timing) {
            guard let shape = SVG.Shape(rawValue: timing.rawValue) else { continue }
            items.append(Self.sample(shape) + " \(Self.meaning(of: timing))")
        }
        if timeline.rows.contains(where: { lateEnd($0) != nil }) {
            items.append(
                """
                <svg class="sample" aria-hidden="true" width="16" height="16"><line class="end" x1="8" x2="8" y1="1" \
                y2="15"/></svg> end of the client
                """)
        }
        let list = items.map { item -> Markup in "<li>\(item)</li>" }
        return "<ul class=\"legend\" aria-label=\"Legend\">\(list)</ul>"
    }

    private static func meaning(of timing: Timeline.Timing) -> String {
        switch timing {
        case .free: "attempt, not asked to wait"
        case .early: "early: before the wait was over"
        case .prompt: "prompt: soon after the wait"
        case .late: "late: long after the wait"
        }
    }
}
