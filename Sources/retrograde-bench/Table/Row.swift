/// One line of the table: a goal and what was measured.
struct Row: Sendable {
    let line: Line
    /// `nil`: not measured, and ``detail`` says why.
    var value: Double?
    /// What the figure rests on: both sides, in their units.
    var detail: String

    var what: String { line.what }
    var goal: Goal { line.goal }

    var outcome: Outcome {
        guard let value else { return .notMeasured }
        return switch goal {
        case .atLeast(let bound, _): value >= bound ? .met : .missed
        case .atMost(let bound, _): value <= bound ? .met : .missed
        case .none: .noGoal
        }
    }
}

/// What a figure should be. Ratios have no unit.
enum Goal: Sendable {
    case atLeast(Double, Unit)
    case atMost(Double, Unit)
    case none(Unit)

    var unit: Unit {
        switch self {
        case .atLeast(_, let unit), .atMost(_, let unit), .none(let unit): unit
        }
    }

    var text: String {
        switch self {
        case .atLeast(let bound, let unit): "≥ \(unit.text(bound))"
        case .atMost(let bound, let unit): "≤ \(unit.text(bound))"
        case .none: "–"
        }
    }
}

enum Unit: String, Sendable {
    case ratio = ""
    case percent = "%"
    case milliseconds = "ms"
    case microseconds = "µs"
    case seconds = "s"
    case bytes = "B"
    case kilobytes = "KB"
    case gigabytes = "GB"
    case perSecond = "/s"
    case count = "×"

    func text(_ value: Double) -> String {
        switch self {
        case .ratio: value.text(2)
        case .percent: "\(value.text(0)) %"
        case .milliseconds: "\(value.text(value < 100 ? 1 : 0)) ms"
        case .microseconds: "\(value.text(0)) µs"
        case .seconds: "\(value.text(1)) s"
        case .bytes: "\(value.text(0)) B"
        case .gigabytes: "\(value.text(2)) GB"
        case .kilobytes: "\(value.text(1)) KB"
        case .perSecond: "\(value.text(0))/s"
        case .count: value.text(0)
        }
    }
}

enum Outcome: String, Sendable {
    case met
    case missed = "not met"
    case notMeasured = "not measured"
    case noGoal = ""
}
