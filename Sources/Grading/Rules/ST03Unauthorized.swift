import HTTPSemantics
import Journal

/// ST-03: credentials that were refused are not sent again.
extension Rule {
    static let st03 = Rule(
        id: "ST-03", title: "does not repeat refused credentials",
        requirement: "After 401 the client sends other credentials or none at all, and asks twice at most.",
        level: .information, sources: [.unauthorized], profile: .get, scenarios: ["unauthorized"],
        procedure: """
            401 with WWW-Authenticate, for ever, one run. Fail if a later request carries the same Authorization as one \
            before it (or as little), or if more than two requests come; pass otherwise. The RFC allows a repetition \
            with new credentials, so this is information.
            """,
        tolerances: "None. The run is watched for 12 s.",
        errorRates: "Exact; a client that repeats the request after more than 12 s is not seen.",
        next: RefusedCredentials.next, observe: RefusedCredentials.observe)
}

private enum RefusedCredentials {
    static let expected = "one request, and at most one more with other credentials"
    static let request = RunRequest(RunRequest.Kind("unauthorized", pacing: .free, limit: .seconds(12)))

    static func next(_ evidence: Evidence) -> Rule.Step {
        let missing = evidence.missing([request])
        guard missing.isEmpty else { return .run(missing) }
        let runs = evidence.runs(of: request)
        if let defect = runs.compactMap(\.defect).first {
            return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
        }
        return .conclude(
            judge(runs.map { Call(name: "the call", exchanges: $0.exchanges) })
                .showing(.timeline("Requests after 401", of: runs.map { ("the call", $0) })))
    }

    static func judge(_ calls: [Call]) -> Finding {
        var lines: [EvidenceLine] = []
        for call in calls {
            let credentials = call.exchanges.map { $0.arrival.fields.values(of: "Authorization") }
            let repeated = credentials.count - Set(credentials).count
            let what =
                credentials.count == 1
                ? "one request"
                : "\(credentials.count) requests, \(repeated == 0 ? "each with" : "\(repeated) without") new credentials"
            lines.append(EvidenceLine("\(call.name): \(what)", speaksAgainst: repeated > 0 || credentials.count > 2))
        }
        let worst = calls.map(\.exchanges.count).max() ?? 0
        let isFailure = lines.contains(where: \.speaksAgainst)
        return Finding(
            isFailure ? .fail : .pass, expected: expected,
            actual: isFailure
                ? "one call became \(Wording.count(worst, "request")) although 401 was answered"
                : worst > 1 ? "it came back once, with other credentials" : "it did not come back after 401",
            evidence: lines)
    }

    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let refused = calls.compactMap { call -> Call? in
                guard let first = call.exchanges.firstIndex(where: { $0.reply?.status == 401 }) else { return nil }
                // What follows an admission is another story.
                let rest = call.exchanges[first...]
                let end = rest.firstIndex { ($0.reply?.status ?? 401) < 400 } ?? rest.endIndex - 1
                return Call(name: call.name, exchanges: Array(rest[...end]))
            }
            guard !refused.isEmpty else {
                return Finding(.notApplicable, expected: expected, actual: "401 was never answered")
            }
            return judge(refused)
        }
    }
}
