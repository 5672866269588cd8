internal import Grading

/// The rules of a grading and how far each has come. Pure: evidence goes in, wishes and findings come out.
struct Inquiry {
    struct Conclusion: Sendable {
        var finding: Finding
        /// Since the start of the grading, in seconds.
        var seconds: Double
    }

    /// In the order of the report.
    let rules: [Rule]
    private(set) var evidence: Evidence
    private(set) var conclusions: [String: Conclusion] = [:]
    private let settings: [String: [String: String]]

    /// - Parameter settings: those of each rule, by its id.
    init(rules: [Rule], evidence: Evidence, settings: [String: [String: String]] = [:]) {
        self.rules = rules
        self.evidence = evidence
        self.settings = settings
    }

    /// The rules that have not concluded, in order.
    var open: [Rule] { rules.filter { conclusions[$0.id] == nil } }

    /// Asks every open rule for its next step.
    ///
    /// - Returns: the runs that are wanted, in the order of the rules, the ids of those that concluded now, and what
    ///   each of the others asked for.
    mutating func advance(
        at seconds: Double
    ) -> (wanted: [RunRequest], concluded: [String], wishes: [(rule: String, requests: [RunRequest])]) {
        var wishes: [(rule: String, requests: [RunRequest])] = []
        var concluded: [String] = []
        for rule in open {
            evidence.settings = settings[rule.id] ?? [:]
            switch rule.next(evidence) {
            case .run(let requests): wishes.append((rule.id, requests))
            case .conclude(let finding):
                conclusions[rule.id] = Conclusion(finding: finding, seconds: seconds)
                concluded.append(rule.id)
            }
        }
        return (wishes.flatMap(\.requests), concluded, wishes)
    }

    /// Adds the finished runs of a kind. They stay in the order of their start.
    mutating func add(_ runs: [Run], of kind: RunRequest.Kind) {
        var known = evidence.runs[kind] ?? []
        for run in runs {
            let position = known.lastIndex { $0.round <= run.round }.map { $0 + 1 } ?? 0
            known.insert(run, at: position)
        }
        evidence.runs[kind] = known
    }

    /// Ends what is open without a verdict.
    mutating func give(up reason: String, at seconds: Double) {
        for rule in open {
            let finding = Finding(.inconclusive, expected: rule.requirement, actual: reason)
            conclusions[rule.id] = Conclusion(finding: finding, seconds: seconds)
        }
    }

    /// What was concluded, in the order of the report.
    var judgements: [ReportCard.Judgement] { judgements([:]) }

    /// What was concluded, with the reasons why the client's owner accepts it, by the rule's id.
    func judgements(_ waivers: [String: String]) -> [ReportCard.Judgement] {
        rules.compactMap { rule in
            conclusions[rule.id].map {
                ReportCard.Judgement(rule, $0.finding, seconds: $0.seconds, waiver: waivers[rule.id])
            }
        }
    }
}
