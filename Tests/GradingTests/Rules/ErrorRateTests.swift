import Glibc
import Grading
import HTTPSemantics
import Testing

/// The error rates that rules state, by simulation with fixed seeds. `RETROGRADE_GRADINGS` sets how many gradings each
/// is measured over: 1,000 were made for the texts.
@Suite struct ErrorRateTests {
    struct Case: CustomTestStringConvertible {
        var rule: String
        var client: SimulatedClient
        /// The verdict that must not come.
        var wrong: Verdict
        /// How often it may, at most.
        var most: Double
        var testDescription: String { "\(rule): \(client.name)" }
    }

    static let gradings = getenv("RETROGRADE_GRADINGS").flatMap { UInt64(String(cString: $0)) } ?? 40

    static let cases: [Case] = {
        var cases: [Case] = []
        let jitters: [(String, SimulatedClient.Jitter)] = [("fixed", .none), ("equal", .equal), ("full", .full)]
        for (name, jitter) in jitters {
            for base in [0.5, 1, 3] {
                let deaf = SimulatedClient.exponential("deaf, \(name) on \(base) s", base: base, jitter: jitter) { _ in
                    nil
                }
                cases.append(Case(rule: "RA-03", client: deaf, wrong: .pass, most: 0))
                cases.append(Case(rule: "RL-02", client: deaf, wrong: .pass, most: 0))
                cases.append(Case(rule: "RL-02", client: deaf, wrong: .fail, most: 0))
            }
        }
        for attempts in [3, 4, 8] {
            let short = SimulatedClient.exponential(
                "full jitter on 50 ms, \(attempts) attempts", base: 0.05, attempts: attempts, jitter: .full
            ) { failure in SimulatedClient.understood(failure).flatMap { $0 > 0 ? $0 : nil } }
            for rule in ["RD-03", "MV-02", "CF-01"] {
                cases.append(Case(rule: rule, client: short, wrong: .fail, most: rule == "CF-01" ? 0.01 : 0))
            }
        }
        for base in [0.5, 1] {
            for (name, jitter) in [("full", .full), ("equal", .equal), ("±25 %", .share(0.25)), ("±10 %", .share(0.1))]
                as [(String, SimulatedClient.Jitter)]
            {
                cases.append(
                    Case(
                        rule: "JT-02", client: .exponential("\(name) on \(base) s", base: base, jitter: jitter),
                        wrong: .fail, most: 0))
            }
        }
        cases.append(
            Case(
                rule: "JT-02",
                client: .exponential("U(0.75, 1) on 0.5 s", base: 0.5, attempts: 3, jitter: .quarterDown),
                wrong: .fail, most: 0.003))
        cases.append(Case(rule: "HD-02", client: HintedHerdTests.client(adding: 0.1), wrong: .pass, most: 0))
        cases.append(Case(rule: "HD-02", client: HintedHerdTests.client(adding: 0.5), wrong: .inconclusive, most: 0.05))
        return cases
    }()

    @Test(arguments: cases) func `the wrong verdict is as rare as the rule says`(_ example: Case) throws {
        var wrong = 0
        for seed in 1...Self.gradings {
            let finding = try judged(example.client, example.rule, seed: seed)
            if finding.verdict == example.wrong { wrong += 1 }
        }
        let share = Double(wrong) / Double(Self.gradings)
        #expect(
            share <= max(example.most, 1.5 / Double(Self.gradings)),
            "\(example.testDescription): \(wrong) of \(Self.gradings)")
        if Self.gradings >= 1000 { print("\(example.testDescription): \(example.wrong) \(wrong) of \(Self.gradings)") }
    }
}
