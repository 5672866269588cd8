import Grading
import HTTPSemantics
import Testing

/// A grader in virtual time: merges what the rules ask for, plays it, and asks again until all have concluded.
struct SimulatedGrader {
    var machine: SimulatedMachine
    var evidence: Evidence
    /// Changes each run before a rule sees it: stalls, losses, clock steps.
    var tamper: @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    /// How many units of each kind were run.
    private(set) var performed: [RunRequest.Kind: Int] = [:]

    init(
        seed: UInt64 = 1, profiles: Set<Profile> = [.get, .workers], canPace: Bool = true,
        canPostMany: Bool = true, declared: Declarations = Declarations(),
        thoroughness: Evidence.Thoroughness = .standard
    ) {
        machine = SimulatedMachine(seed: seed)
        evidence = Evidence(
            profiles: profiles, canPace: canPace, canPostMany: canPostMany, declared: declared,
            thoroughness: thoroughness)
    }

    mutating func grade(_ client: SimulatedClient, _ rules: [Rule]) -> [String: Finding] {
        var findings: [String: Finding] = [:]
        for _ in 0..<200 {
            var wanted: [RunRequest.Kind: Int] = [:]
            for rule in rules where findings[rule.id] == nil {
                switch rule.next(evidence) {
                case .conclude(let finding): findings[rule.id] = finding
                case .run(let requests):
                    for request in requests { wanted[request.kind] = max(wanted[request.kind] ?? 0, request.count) }
                }
            }
            if findings.count == rules.count { return findings }
            for (kind, count) in wanted.sorted(by: { $0.key.description < $1.key.description }) {
                while performed[kind, default: 0] < count { perform(kind, client) }
            }
        }
        return findings
    }

    mutating func judge(_ client: SimulatedClient, _ rule: Rule) -> Finding? {
        let findings = grade(client, [rule])
        return findings[rule.id]
    }

    private mutating func perform(_ kind: RunRequest.Kind, _ client: SimulatedClient) {
        let round = performed[kind, default: 0]
        var runner = client
        if case .constantDelay(let delay) = kind.client {
            let seconds = delay.inSeconds
            runner = SimulatedClient(name: "reference") { _, _ in seconds }
        }
        var runs = machine.run(kind, runner, round: round)
        for position in runs.indices { tamper(kind, &runs[position]) }
        evidence.runs[kind, default: []] += runs
        performed[kind] = round + 1
    }
}

extension RunRequest.Kind {
    /// A fixed order, so that a seed always gives the same runs.
    var description: String {
        "\(scenario) \(parameters.sorted { $0.key < $1.key }) \(profile) \(client) \(limit) \(workers)"
    }
}

extension Rule {
    static func named(_ id: String) -> Rule {
        guard let rule = RuleCatalogue.rule(id) else { fatalError("no rule \(id)") }
        return rule
    }
}

/// What one rule says of a client on a quiet machine.
func judged(
    _ client: SimulatedClient, _ id: String, seed: UInt64 = 1, thoroughness: Evidence.Thoroughness = .standard,
    profiles: Set<Profile> = [.get, .workers], declared: Declarations = Declarations(),
    tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
) throws -> Finding {
    var grader = SimulatedGrader(seed: seed, profiles: profiles, declared: declared, thoroughness: thoroughness)
    grader.tamper = tamper
    let finding = grader.judge(client, .named(id))
    return try #require(finding, "\(id) never concluded")
}
