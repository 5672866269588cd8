/// The grade of a few verdicts: the strongest requirement that is broken says it all.
public enum CardGrade: String, Hashable, Sendable, CaseIterable {
    /// All that could be judged passes.
    case a = "A"
    /// It passes, but with notes, with failures that somebody waived, or with failures of mere information.
    case b = "B"
    /// It breaks what practice recommends.
    case c = "C"
    /// It breaks what a standard or a draft asks for.
    case d = "D"
    /// It breaks what a standard requires.
    case f = "F"
    /// Nothing could be decided.
    case undecided = "?"
    /// Nothing concerns this client.
    case none = "–"

    /// - Parameter judgements: those of one group, or of all.
    public init(_ judgements: [ReportCard.Judgement]) {
        let failed = judgements.filter { $0.isFailure(strict: false) }.map(\.level).min()
        switch failed {
        case .must?: self = .f
        case .should?: self = .d
        case .practice?: self = .c
        case .information?, nil:
            if judgements.contains(where: { $0.verdict == .fail }) {
                self = .b
            } else if judgements.contains(where: { $0.verdict == .pass }) {
                self = judgements.contains { $0.verdict == .pass && !$0.finding.notes.isEmpty } ? .b : .a
            } else {
                self = judgements.contains { $0.verdict == .inconclusive } ? .undecided : .none
            }
        }
    }

    /// What it means, as a clause.
    public var meaning: String {
        switch self {
        case .a: "all that could be judged passes"
        case .b: "passes, with notes, waivers or failures of mere information"
        case .c: "breaks what practice recommends"
        case .d: "breaks what a standard or a draft asks for"
        case .f: "breaks what a standard requires"
        case .undecided: "nothing could be decided"
        case .none: "does not concern this client"
        }
    }
}

extension ReportCard {
    /// The judgements of each group that has some, in the order of the groups.
    public var groups: [(group: RuleGroup, judgements: [Judgement])] {
        RuleGroup.allCases.compactMap { group in
            let judgements = judgements.filter { RuleGroup(rule: $0.id) == group }
            return judgements.isEmpty ? nil : (group, judgements)
        }
    }
}
