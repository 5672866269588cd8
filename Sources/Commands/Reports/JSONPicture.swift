internal import Grading

/// A picture in the report for programs: its kind, and the numbers from which it is drawn.
struct JSONPicture: Encodable {
    private var kind: String
    private var title: String
    private var rows: [Row]?
    private var interval: String?
    private var steps: [Step]?
    private var marks: [Mark]?
    private var origin: String?
    private var start: Double?
    private var binWidth: Double?
    private var series: [Series]?

    init(_ picture: Picture) {
        title = picture.title
        switch picture {
        case .timeline(let timeline):
            kind = "timeline"
            rows = timeline.rows.map(Row.init)
        case .ladder(let plot):
            kind = "ladder"
            interval = plot.intervalMeaning
            steps = plot.steps.map(Step.init)
            marks = plot.marks.map { Mark(delay: $0.delay, label: $0.label) }
        case .histogram(let histogram):
            kind = "histogram"
            origin = histogram.origin
            start = histogram.start
            binWidth = histogram.binWidth
            series = histogram.series.map { Series(name: $0.name, counts: $0.counts, reference: $0.isReference) }
        }
    }

    private struct Row: Encodable {
        var name: String
        var attempts: [Attempt]
        var windows: [Window]
        var end: End?

        init(_ row: Timeline.Row) {
            name = row.name
            attempts = row.attempts.map { Attempt(at: $0.at, answer: $0.answer, timing: $0.timing.rawValue) }
            windows = row.windows.map { Window(from: $0.from, until: $0.until) }
            end = row.end.map { End(at: $0.at, what: $0.what) }
        }
    }

    private struct Attempt: Encodable {
        var at: Double
        var answer: String
        var timing: String
    }

    private struct Window: Encodable {
        var from: Double
        var until: Double
    }

    private struct End: Encodable {
        var at: Double
        var what: String
    }

    private struct Step: Encodable {
        var number: Int
        var delays: [Double]
        var centre: Double
        var low: Double
        var high: Double
        var remark: String?
        var against: Bool

        init(_ step: LadderPlot.Step) {
            (number, delays, centre, low, high) = (step.number, step.delays, step.centre, step.low, step.high)
            remark = step.remark.isEmpty ? nil : step.remark
            against = step.speaksAgainst
        }
    }

    private struct Mark: Encodable {
        var delay: Double
        var label: String
    }

    private struct Series: Encodable {
        var name: String
        var counts: [Int]
        var reference: Bool
    }
}
