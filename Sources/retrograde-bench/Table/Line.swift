/// A line of the table before anything was measured: what, and how good it should be.
struct Line: Sendable {
    let what: String
    let goal: Goal

    init(_ what: String, _ goal: Goal) {
        self.what = what
        self.goal = goal
    }

    func measured(_ value: Double, _ detail: String) -> Row {
        Row(what: what, goal: goal, value: value, detail: detail)
    }

    func missing(_ reason: String) -> Row { Row(what: what, goal: goal, value: nil, detail: reason) }
}
