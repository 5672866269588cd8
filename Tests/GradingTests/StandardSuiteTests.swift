import Grading
import HTTPSemantics
import Testing

/// Clients of known behaviour through the whole standard suite.
@Suite struct StandardSuiteTests {
    struct Case: CustomTestStringConvertible {
        var client: SimulatedClient
        /// One letter a rule, in the order of the suite: pass, fail, inconclusive, not applicable.
        var verdicts: String
        var testDescription: String { client.name }
    }

    //  ST-01 ST-02 AT-01 RA-01 RA-02 RD-01 RD-02 MV-01 MV-03 BO-01 BO-02 JT-01 HD-01 ID-01 ID-02 BR-01
    static let cases: [Case] = [
        Case(client: model, verdicts: "PPPPPPPPPPPPPPPP"),
        Case(client: .exponential("curl --retry 4"), verdicts: "PPPPPPPPPPPFFPNP"),
        Case(client: urllib3, verdicts: "PPPPPPPFPPPFFPNN"),
        Case(client: deaf, verdicts: "PPPFNFNPFPFFFPNP"),
        Case(client: truncating, verdicts: "PPPPPPPPPPPFFPNP"),
        Case(client: impatient, verdicts: "PPPPPPPPFPPPPPNP"),
        Case(client: replaying, verdicts: "PPPPPPPPPPPFFFNF"),
        Case(client: single, verdicts: "NPNNNNNNNNNNNPNN"),
        Case(client: BoundedAttemptsTests.nested, verdicts: "PPPPPPPPPPFIIPNN"),
    ]

    @Test(arguments: cases) func `every verdict is the expected one`(_ example: Case) {
        for seed in 1...2 as ClosedRange<UInt64> {
            var grader = SimulatedGrader(seed: seed, profiles: [.get, .workers, .post])
            let rules = Suite.standard.rules.map(Rule.named)
            let findings = grader.grade(example.client, rules)
            for (rule, letter) in zip(rules, example.verdicts) {
                let finding = findings[rule.id]
                #expect(
                    finding?.verdict.letter == letter,
                    "\(rule.id), seed \(seed): \(finding?.actual ?? "never concluded") \(finding?.evidence.map(\.text) ?? [])"
                )
            }
        }
    }

    @Test(arguments: Suite.all) func `every rule of a suite exists and concludes`(_ suite: Suite) {
        var grader = SimulatedGrader(profiles: Set(Profile.allCases), thoroughness: suite.thoroughness)
        let rules = suite.rules.compactMap(RuleCatalogue.rule)
        #expect(rules.count == suite.rules.count)
        #expect(grader.grade(.exponential("curl --retry 4"), rules).count == rules.count)
    }

    @Test func `quick agrees with standard where both judge`() {
        for example in Self.cases where !example.verdicts.contains("I") {
            var grader = SimulatedGrader(thoroughness: .quick)
            let rules = Suite.quick.rules.map(Rule.named)
            let findings = grader.grade(example.client, rules)
            for (id, letter) in zip(Suite.standard.rules, example.verdicts) where Suite.quick.rules.contains(id) {
                let verdict = findings[id]?.verdict
                #expect(
                    verdict?.letter == letter || verdict == .inconclusive,
                    "\(example.client.name), \(id): \(findings[id]?.actual ?? "")")
            }
        }
    }

    // MARK: - Clients

    /// Full jitter on a base of one second, announced waits as a floor, gives up beyond two minutes, one key a call.
    static let model: SimulatedClient = {
        var client = SimulatedClient.exponential(
            "the model client", base: 1, attempts: 6, jitter: .full, retriesPOST: true
        ) {
            SimulatedClient.understood($0).map { $0 }
        }
        let wait = client.wait
        client.wait = { failure, generator in
            if let hint = SimulatedClient.understood(failure), hint > 120 { return nil }
            return wait(failure, &generator)
        }
        client.fields = { _ in [("Idempotency-Key", "\"k-1\"")] }
        return client
    }()

    /// The first retry at once, no jitter, an exception on a malformed hint, no POST.
    static let urllib3 = SimulatedClient(name: "urllib3's Retry") { failure, _ in
        guard failure.attempt < 5, SimulatedClient.retryable.contains(failure.status), failure.method == "GET" else {
            return nil
        }
        if failure.retryAfter != nil {
            guard let hint = SimulatedClient.understood(failure), hint <= 21_600 else { return nil }
            if hint > 0 { return hint }
        }
        return failure.attempt == 1 ? 0.001 : 0.5 * Double(1 << (failure.attempt - 1))
    }

    /// wget: linear up to a cap of one second, and never reads the field.
    static let deaf = SimulatedClient.exponential("constant second, deaf", factor: 1, attempts: 5) { _ in nil }

    static let truncating = SimulatedClient.exponential("whole seconds") { failure in
        SimulatedClient.understood(failure).map { $0.rounded(.down) }
    }

    /// An older generated SDK: above a minute it falls back to its own delays.
    static let impatient = SimulatedClient.exponential("honours up to 60 s", attempts: 6, jitter: .share(0.5)) {
        failure in
        SimulatedClient.understood(failure).flatMap { $0 <= 60 ? $0 : nil }
    }

    static let replaying: SimulatedClient = {
        var client = SimulatedClient.exponential("replays POST, empty on the retry", retriesPOST: true)
        client.digest = { $0 == 1 ? "aa" : "e3" }
        return client
    }()

    static let single = SimulatedClient(name: "single") { _, _ in nil }
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
