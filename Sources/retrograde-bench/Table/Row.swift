/// One line of the table: a goal and what was measured.
struct Row: Sendable {
    let line: Line
    /// `nil`: not measured, and ``detail`` says why.
    var value: Double?
    /// From the lowest to the highest round, where it is the median of several.
    var range: ClosedRange<Double>?
    /// What the figure rests on: both sides, in their units.
    var detail: String

    var what: String { line.what }
    var goal: Goal { line.goal }

    /// How many times better than its goal, above 1, or worse, below. `nil` where nothing was measured or wanted.
    var margin: Double? {
        guard let value else { return nil }
        switch goal {
        case .atLeast(let bound, _): return value / bound
        case .atMost(let bound, _): return value > 0 ? bound / value : .infinity
        case .none: return nil
        }
    }

    /// The range, in the goal's unit.
    var rangeText: String {
        guard let range else { return "" }
        return "\(goal.unit.number(range.lowerBound)) – \(goal.unit.number(range.upperBound))"
    }

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

    /// Whether there is a goal, and it is a ratio to something else.
    var isRatio: Bool {
        switch self {
        case .atLeast(_, .ratio), .atMost(_, .ratio): true
        default: false
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
        case .ratio, .count: number(value)
        case .perSecond: number(value) + rawValue
        default: "\(number(value)) \(rawValue)"
        }
    }

    /// With as many decimals as mean something.
    func number(_ value: Double) -> String {
        switch self {
        case .ratio: value.text(value.magnitude < 10 ? 2 : 1)
        case .gigabytes: value.text(2)
        case .milliseconds: value.text(value.magnitude < 100 ? 1 : 0)
        case .seconds, .kilobytes: value.text(1)
        case .percent, .microseconds, .bytes, .perSecond, .count: value.text()
        }
    }
}

enum Outcome: String, Sendable {
    case met
    case missed = "not met"
    case notMeasured = "not measured"
    case noGoal = ""
}
