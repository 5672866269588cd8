internal import FoundationEssentials

/// The table for machines: `{"machine": …, "load": …, "rows": [{"what": …, "goal": …, "figure": …, …}]}`.
struct JSONTable: Encodable {
    struct Line: Encodable {
        var what: String
        /// As the table has it.
        var goal: String
        /// In `unit`; absent where it was not measured.
        var figure: Double?
        var unit: String
        var outcome: String
        var detail: String
    }

    var machine: String
    var load: String
    var rows: [Line]

    init(rows: [Row], machine: Machine, load: String) {
        self.machine = machine.text
        self.load = load
        self.rows = rows.map { row in
            Line(
                what: row.what, goal: row.goal.text, figure: row.value, unit: row.goal.unit.rawValue,
                outcome: row.outcome.rawValue, detail: row.detail)
        }
    }

    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
