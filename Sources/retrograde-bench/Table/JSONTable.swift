internal import FoundationEssentials

/// The table for machines: `{"machine": …, "versions": {…}, "measurements": [{"name": …, "method": …, "rows": […]}]}`.
struct JSONTable: Encodable {
    struct Experiment: Encodable {
        var name: String
        var method: String
        /// How long it took.
        var seconds: Double
        var rows: [Line]
    }

    struct Line: Encodable {
        var what: String
        /// As the table has it.
        var goal: String
        /// In `unit`; absent where it was not measured.
        var figure: Double?
        /// Of the rounds, where there were several.
        var lowest: Double?
        var highest: Double?
        var unit: String
        var outcome: String
        var detail: String
    }

    var machine: String
    var load: Double
    var versions: [String: String]
    var measurements: [Experiment]

    init(_ measured: [Measured], _ surroundings: Surroundings) {
        machine = surroundings.machine.text
        load = surroundings.load
        versions = Dictionary(surroundings.versions.map { ($0.name, $0.number) }) { first, _ in first }
        measurements = measured.map { one in
            Experiment(name: one.name, method: one.method, seconds: one.seconds, rows: one.rows.map(Self.line))
        }
    }

    private static func line(_ row: Row) -> Line {
        Line(
            what: row.what, goal: row.goal.text, figure: row.value.finite, lowest: row.range?.lowerBound.finite,
            highest: row.range?.upperBound.finite, unit: row.goal.unit.rawValue, outcome: row.outcome.rawValue,
            detail: row.detail)
    }

    func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

extension Double? {
    /// JSON has no word for infinity.
    fileprivate var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}

extension Double {
    fileprivate var finite: Double? { isFinite ? self : nil }
}
