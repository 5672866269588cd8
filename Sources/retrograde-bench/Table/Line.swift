/// A line of the table before anything was measured: what, and how good it should be.
struct Line: Sendable {
    let what: String
    let goal: Goal
    /// What the figure is a ratio to, where the picture shows it.
    let against: String?

    init(_ what: String, _ goal: Goal, against: String? = nil) {
        self.what = what
        self.goal = goal
        self.against = against
    }

    func measured(_ value: Double, _ detail: String) -> Row {
        Row(line: self, value: value, detail: detail)
    }

    func missing(_ reason: String) -> Row { Row(line: self, value: nil, detail: reason) }
}
