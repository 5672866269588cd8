import Journal

/// ST-04: what a response says against a retry is heard.
extension Rule {
    static let st04 = Rule(
        id: "ST-04", title: "hears when a retry is useless",
        requirement: "A client that says so does not try again where the response forbids it.",
        level: .practice, sources: [.openAI, .openAIRetries, .grpcRetries], profile: .get,
        scenarios: ["should-retry", "credit-spent"],
        procedure: """
            429 with x-should-retry: false, and 429 whose body says insufficient_quota, neither with a hint, a run \
            each; then success. These signals belong to single providers, so the verdict is not applicable and names \
            what the client does, unless its owner declares that it obeys them: then fail if it tries again. What a \
            client does after a bare refusal is measured first: who never tries those again needs no signal.
            """,
        tolerances: "None: a second request came or it did not. Each run is watched for 35 s.",
        errorRates: "Exact, but for clients that wait more than 35 s before the first retry.",
        next: RetryForbidden.next)
}

private enum RetryForbidden {
    static let expected = "no second request after x-should-retry: false or insufficient_quota"

    static let signals: [(name: String, request: RunRequest)] = [
        (
            "x-should-retry: false",
            RunRequest(RunRequest.Kind("should-retry", pacing: .free, limit: Scenarios.patience))
        ),
        ("insufficient_quota", RunRequest(RunRequest.Kind("credit-spent", pacing: .free, limit: Scenarios.patience))),
    ]

    static func next(_ evidence: Evidence) -> Rule.Step {
        let bare = RunRequest(Scenarios.statusOnce(429))
        let missing = evidence.missing([bare] + signals.map(\.request))
        guard missing.isEmpty else { return .run(missing) }
        let runs = signals.map { ($0.name, evidence.runs(of: $0.request)) }
        let picture = Picture.timeline(
            "Attempts after a response that forbids another", of: runs.flatMap { name, runs in runs.map { (name, $0) } }
        )
        return .conclude(
            judge(runs, bare: evidence.runs(of: bare), isDeclared: evidence.declared.doNotRetrySignals)
                .showing(picture))
    }

    static func judge(_ signals: [(name: String, runs: [Run])], bare: [Run], isDeclared: Bool) -> Finding {
        if let defect = (signals.flatMap(\.runs) + bare).compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let ignored = signals.filter { $0.runs.contains { $0.retries > 0 } }.map(\.name)
        let heard = signals.map(\.name).filter { !ignored.contains($0) }
        let lines = signals.map { name, runs in
            let retries = runs.map(\.retries).max() ?? 0
            return EvidenceLine(
                "\(name): \(retries > 0 ? "tried again" : "one request")", speaksAgainst: isDeclared && retries > 0)
        }
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        if ignored.isEmpty, !bare.contains(where: { $0.retries > 0 }) {
            return finding(.notApplicable, "it does not try 429 again without a hint", "no retry of a bare 429")
        }
        let classification =
            ignored.isEmpty
            ? "obeys \(Wording.list(heard))"
            : heard.isEmpty ? "reads neither" : "obeys \(Wording.list(heard)) only"
        if !ignored.isEmpty, isDeclared {
            return finding(.fail, "it tries again after \(Wording.list(ignored))", classification)
        }
        if ignored.isEmpty { return finding(.pass, "it tries a bare 429 again, and these not", classification) }
        return finding(
            .notApplicable, "it tries again after \(Wording.list(ignored)), and nobody declares that it would not",
            classification)
    }
}
