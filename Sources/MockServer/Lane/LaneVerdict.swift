internal import Fixtures
public import Grading
internal import HTTPSemantics
internal import Journal

/// What a rule that a fixture expects says of a lane's journal.
public struct LaneVerdict: Hashable, Sendable {
    /// The id of the rule.
    public var rule: String
    /// `nil` where no rule has this id.
    public var level: Level?
    public var finding: Finding
}

extension Lane {
    /// Judges the fixture's `expect` on the journal so far. The judging works on a copy, beside the loop.
    public func verdicts(by rules: [Rule]) async -> [LaneVerdict] { await judged(by: rules).verdicts }

    /// The verdicts, and the number of the first entry that they know nothing of.
    func judged(by rules: [Rule]) async -> (verdicts: [LaneVerdict], next: UInt64) {
        // Nobody reads a million entries for nothing.
        guard !expectations.isEmpty else { return ([], await journal(since: .max).nextNumber) }
        let slice = await journal()
        let (exchanges, stalls) = Exchange.gather(slice.entries)
        var observation = Observation(
            exchanges: exchanges, wall: wall, wallSteps: WallStep.gather(slice.entries), stalls: stalls,
            dropped: slice.dropped)
        let verdicts = expectations.map { expectation in
            guard let rule = rules.first(where: { $0.id == expectation.rule }) else {
                return LaneVerdict(
                    rule: expectation.rule, level: nil,
                    finding: Finding(.notApplicable, expected: "a rule of the catalogue", actual: "there is none"))
            }
            observation.settings = expectation.settings
            return LaneVerdict(rule: rule.id, level: rule.level, finding: rule.judge(observation))
        }
        return (verdicts, slice.nextNumber)
    }
}
