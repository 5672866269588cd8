public import HTTPSemantics
import Journal

/// A scenario of a user's own: an upstream whose fixture names, under `expect`, the rules that judge its journal.
///
/// The rules of the catalogue choose their scenarios; here it is the other way round. What a rule says of such a run is
/// what it says of any recorded journal (``Rule/judge(_:)``).
public struct OwnScenario: Hashable, Sendable {
    /// Its file, by which runs ask for it.
    public var file: String
    public var profile: Profile
    /// What the client's command is told: some of ``RunRequest/Kind/commandParameters``.
    public var parameters: [String: String]
    /// When the civil clock of the upstream is set.
    public var wallSteps: [WallStep]
    /// The settings of each rule that is expected, by its id.
    public var expectations: [String: [String: String]]

    public init(
        file: String, profile: Profile = .get, parameters: [String: String] = [:], wallSteps: [WallStep] = [],
        expectations: [String: [String: String]]
    ) {
        self.file = file
        self.profile = profile
        self.parameters = parameters
        self.wallSteps = wallSteps
        self.expectations = expectations
    }

    /// So many processes meet each scenario.
    public static let repetitions = 3
    /// How long a process may go on after its first request.
    public static let limit: Duration = .seconds(60)

    /// The rules that scenarios expect, in the order of the catalogue, judged on runs of those scenarios.
    public static func rules(of scenarios: [OwnScenario]) -> [Rule] {
        RuleCatalogue.all.compactMap { rule in
            let own = scenarios.filter { $0.expectations[rule.id] != nil }
            guard let first = own.first else { return nil }
            var rule = rule
            let judge = rule.judge
            rule.profile = first.profile
            rule.scenarios = own.map(\.file)
            rule.next = { [id = rule.id, requirement = rule.requirement] evidence in
                next(id, requirement, own, evidence, judge)
            }
            return rule
        }
    }

    private var request: RunRequest {
        RunRequest(
            RunRequest.Kind(file, parameters: parameters, profile: profile, limit: Self.limit), count: Self.repetitions)
    }

    /// What one run showed.
    private struct Part {
        var name: String
        var finding: Finding
        var unconsumed = 0
    }

    private static func next(
        _ id: String, _ requirement: String, _ scenarios: [OwnScenario], _ evidence: Evidence,
        _ judge: (Observation) -> Finding
    ) -> Rule.Step {
        let possible = scenarios.filter { evidence.profiles.contains($0.profile) }
        let missing = evidence.missing(possible.map(\.request))
        guard missing.isEmpty else { return .run(missing) }
        var parts = possible.flatMap { scenario in
            evidence.runs(of: scenario.request).map { run in
                let observation = Observation(
                    exchanges: run.exchanges, wall: run.wall, wallSteps: scenario.wallSteps, stalls: run.stalls,
                    dropped: run.dropped,
                    settings: evidence.settings.merging(scenario.expectations[id] ?? [:]) { $1 })
                return Part(
                    name: "\(scenario.name), run \(run.round + 1)",
                    finding: unmatched(run, requirement) ?? judge(observation), unconsumed: run.unconsumed)
            }
        }
        parts += scenarios.filter { !evidence.profiles.contains($0.profile) }.map {
            Part(name: $0.name, finding: .noCommand($0.profile, expected: requirement))
        }
        return .conclude(combine(parts, requirement))
    }

    /// What is said of a run whose requests no route takes: it has met nothing of the scenario.
    private static func unmatched(_ run: Run, _ requirement: String) -> Finding? {
        let isUnmatched = run.exchanges.allSatisfy { $0.decision?.source == .unmatched }
        guard let first = run.exchanges.first, isUnmatched else { return nil }
        return Finding(
            .inconclusive, expected: requirement,
            actual: "no route takes \(first.arrival.method) \(first.arrival.target)")
    }

    /// The file without its folders.
    private var name: String { file.split(separator: "/").last.map(String.init) ?? file }

    /// The worst of all, with every line of evidence under the name of its run.
    private static func combine(_ parts: [Part], _ requirement: String) -> Finding {
        let order: [Verdict] = [.fail, .inconclusive, .pass, .notApplicable]
        let decisive = order.lazy.compactMap { verdict in parts.first { $0.finding.verdict == verdict } }.first
        guard let decisive else {
            return Finding(.notApplicable, expected: requirement, actual: "no scenario names this rule")
        }
        var finding = decisive.finding
        let alike = parts.count { $0.finding.verdict == finding.verdict }
        finding.actual =
            "\(decisive.name): \(finding.actual)"
            + (alike > 1 ? " (and \(Wording.count(alike - 1, "run")) alike)" : "")
        finding.evidence = parts.flatMap { part in
            let lines = part.finding.evidence.map { line in
                var line = line
                line.text = "\(part.name): \(line.text)"
                return line
            }
            let summary = EvidenceLine(
                "\(part.name): \(part.finding.actual)", speaksAgainst: part.finding.verdict == .fail)
            let rest = EvidenceLine(
                "\(part.name): \(Wording.count(part.unconsumed, "scripted reply")) never asked for")
            return (lines.isEmpty ? [summary] : lines) + (part.unconsumed > 0 ? [rest] : [])
        }
        finding.notes = parts.flatMap(\.finding.notes).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        return finding
    }
}
