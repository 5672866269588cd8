/// A line of the table before anything was measured: what, and how good it should be.
struct Line: Sendable {
    let what: String
    let goal: Goal

    init(_ what: String, _ goal: Goal) {
        self.what = what
        self.goal = goal
    }

    /// - Parameter detail: what the figure rests on.
    func measured(_ value: Double, _ detail: String) -> Row {
        Row(line: self, value: value, range: nil, detail: detail)
    }

    func measured(_ spread: Spread, _ detail: String) -> Row {
        Row(line: self, value: spread.median, range: spread.range, detail: detail)
    }

    func missing(_ reason: String) -> Row { Row(line: self, value: nil, range: nil, detail: reason) }
}
