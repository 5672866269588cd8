import HTTPSemantics
import Journal

/// ID-02: the Idempotency-Key is the same at every attempt.
extension Rule {
    static let id02 = Rule(
        id: "ID-02", title: "keeps its Idempotency-Key",
        requirement: "All attempts of one call carry the same Idempotency-Key, and no other payload ever does.",
        level: .should, sources: [.idempotencyKey, .stripeIdempotency], profile: .post, scenarios: ["post-interrupted"],
        procedure: """
            A POST is refused with 503, its next try broken off after it was read, the third succeeds; two runs. Fail \
            if the key differs between attempts or is missing in one of them. Not applicable where no key is sent or \
            the client does not try again. In a recorded journal: fail if a key comes back with another body.
            """,
        tolerances: "None: keys are compared byte by byte.",
        errorRates: "Exact.",
        next: StableKey.next, observe: StableKey.observe)
}

private enum StableKey {
    static let expected = "the same Idempotency-Key at every attempt of a call"

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.post) else { return .conclude(.noCommand(.post, expected: expected)) }
        let request = RunRequest(Scenarios.postInterrupted, count: 2)
        let missing = evidence.missing([request])
        guard missing.isEmpty else { return .run(missing) }
        let runs = evidence.runs(of: request)
        let picture = Picture.timeline(
            "POSTs, the second of them broken off", of: runs.map { ("run \($0.round + 1)", $0) })
        return .conclude(judge(runs).showing(picture))
    }

    static func judge(_ runs: [Run]) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        if let defect = runs.compactMap(\.defect).first { return finding(.inconclusive, defect) }
        let keys = runs.map { run in run.exchanges.map { $0.arrival.fields.values(of: "Idempotency-Key") } }
        guard keys.joined().contains(where: { !$0.isEmpty }) else {
            return finding(.notApplicable, "it sends no Idempotency-Key")
        }
        let lines = zip(runs, keys).map { run, keys in
            let same = Set(keys).count == 1
            let text =
                keys.count == 1
                ? "one request only"
                : same ? "the same key at \(keys.count) attempts" : "keys \(keys.map(shown).joined(separator: ", "))"
            return EvidenceLine("run \(run.round + 1): \(text)", speaksAgainst: !same)
        }
        guard runs.contains(where: { $0.retries > 0 }) else {
            return finding(.notApplicable, "it does not send a POST again after 503", lines)
        }
        if keys.contains(where: { Set($0).count > 1 }) {
            let missing = keys.contains { $0.contains { $0.isEmpty } }
            return finding(
                .fail, missing ? "some attempts of a call lack the key" : "the key changes from attempt to attempt",
                lines)
        }
        return finding(.pass, "the key stays the same", lines)
    }

    private static func shown(_ values: [String]) -> String {
        values.isEmpty ? "none" : values.map { $0.count > 16 ? "\($0.prefix(16))…" : $0 }.joined(separator: " and ")
    }

    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let keyed = calls.filter {
                $0.exchanges.count > 1 && $0.exchanges[0].arrival.fields.firstValue(of: "Idempotency-Key") != nil
            }
            guard !keyed.isEmpty else {
                return Finding(
                    .notApplicable, expected: expected, actual: "no Idempotency-Key came more than once")
            }
            let reused = keyed.filter { Set($0.exchanges.compactMap { $0.body?.digest }).count > 1 }
            return Finding(
                reused.isEmpty ? .pass : .fail, expected: expected,
                actual: reused.isEmpty
                    ? "\(Wording.count(keyed.count, "key")) came again, each with the same body"
                    : "\(Wording.count(reused.count, "key")) came again with another body",
                evidence: reused.map { EvidenceLine("\($0.name): one key, different bodies", speaksAgainst: true) })
        }
    }
}
