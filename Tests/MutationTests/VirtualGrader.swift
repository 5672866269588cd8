import Grading
import HTTPSemantics
import Mutants

/// A grading in virtual time: asks the rules what they need, runs it, and asks again until all have concluded.
struct VirtualGrader {
    var machine: VirtualMachine
    var evidence: Evidence
    private var performed: [RunRequest.Kind: Int] = [:]

    init(_ mutant: Mutant, seed: UInt64 = 1, thoroughness: Evidence.Thoroughness = .standard) {
        machine = VirtualMachine(mutant.behaviour, seed: seed)
        evidence = Evidence(
            profiles: Set(Profile.allCases), canPace: true, canPostMany: true,
            // What the model client does, as its owner may say.
            declared: Declarations(rateLimitFields: true, doNotRetrySignals: true), thoroughness: thoroughness)
    }

    /// What each rule says; a rule that never concludes has no entry.
    mutating func grade(_ rules: [Rule] = RuleCatalogue.all) throws -> [String: Finding] {
        var findings: [String: Finding] = [:]
        for _ in 0..<200 {
            var wanted: [(kind: RunRequest.Kind, count: Int)] = []
            for rule in rules where findings[rule.id] == nil {
                switch rule.next(evidence) {
                case .conclude(let finding): findings[rule.id] = finding
                case .run(let requests): wanted += requests.map { ($0.kind, $0.count) }
                }
            }
            if findings.count == rules.count { break }
            for (kind, count) in wanted {
                while performed[kind, default: 0] < count {
                    let round = performed[kind, default: 0]
                    evidence.runs[kind, default: []] += try machine.perform(kind, round: round)
                    performed[kind] = round + 1
                }
            }
        }
        return findings
    }
}

extension Verdict {
    var letter: Character {
        switch self {
        case .pass: "P"
        case .fail: "F"
        case .inconclusive: "I"
        case .notApplicable: "N"
        }
    }
}
