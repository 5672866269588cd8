/// ST-01: which responses are tried again. The gate of everything else.
extension Rule {
    static let st01 = Rule(
        id: "ST-01", title: "retries what is worth retrying",
        requirement: "The client tries again after 503 and after a rate-limit refusal that says when.",
        level: .information,
        sources: [.unavailable, .tooManyRequests, .requestTimeout, .cloudStorage, .awsRetries], profile: .get,
        scenarios: ["status-once", "refused-once"],
        procedure: """
            503 without a hint, the dialect's refusal without one and with one of 1 s, three runs each, then success. \
            Pass if 503 and the refusal are both tried again. Not retrying is legal, so nothing fails: then this and \
            all rules on time are not applicable. Standard and full also print what the client does on 408, 413, 421, \
            425, 429, 500, 502 and 504.
            """,
        tolerances: "None: a second request came or it did not. Each run is watched for 35 s.",
        errorRates: "Exact, but for clients that wait more than 35 s before the first retry.",
        next: RetryMatrix.next)
}

private enum RetryMatrix {
    static let expected = "another request after 503 and after a refusal with a hint"
    static let otherStatuses = [408, 413, 421, 425, 429, 500, 502, 504]

    static func next(_ evidence: Evidence) -> Rule.Step {
        let others = evidence.thoroughness == .quick ? [] : otherStatuses
        let requests = others.map { RunRequest(Scenarios.statusOnce($0)) }
        return afterGate(evidence, expected: expected) { gate in
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            return .conclude(
                judge(
                    gate,
                    others.compactMap { status in
                        evidence.runs[Scenarios.statusOnce(status)]?.first.map { (status, $0) }
                    }))
        }
    }

    static func judge(_ gate: Gate, _ others: [(Int, Run)]) -> Finding {
        let unavailable = Row("503", gate.unavailable)
        let bare = Row("refusal without a hint", gate.refusedBare)
        let hinted = Row("refusal with a hint of 1 s", gate.refusedHinted)
        let rows =
            [unavailable, bare] + (gate.refusalsAnnounce ? [hinted] : []) + others.map { Row("\($0.0)", [$0.1]) }
        let surprises = rows.filter(\.isMixed).map { "\($0.name) is tried again in some runs and not in others" }
        let retried = rows.filter(\.isRetried).map(\.name)
        let both = gate.retriesUnavailable && gate.retriesRefusal
        let picture = Picture.timeline(
            "What is tried again, and when",
            of: rows.flatMap { row in
                row.runs.prefix(1).map { (row.name, $0) }
            })
        return Finding(
            both ? .pass : .notApplicable, expected: expected,
            actual: both
                ? "it tries again after \(Wording.list(retried))"
                : "it tries again after \(Wording.list(retried)) only, which is legal",
            evidence: rows.map { EvidenceLine($0.text) }, notes: surprises,
            classification: "retries \(retried.joined(separator: ", "))"
        ).showing(picture)
    }

    struct Row {
        var name: String
        var runs: [Run]

        init(_ name: String, _ runs: [Run]) {
            self.name = name
            self.runs = runs.filter { !$0.exchanges.isEmpty }
        }

        var retried: Int { runs.count { $0.retries > 0 } }
        var isRetried: Bool { retried > 0 }
        var isMixed: Bool { isRetried && retried < runs.count }

        var text: String {
            if runs.isEmpty { return "\(name): no request arrived" }
            guard isRetried else {
                return "\(name): not tried again, \(runs.last.map { Wording.ending($0.ending) } ?? "")"
            }
            let delay = runs.compactMap { $0.gaps.first??.waited }.min()
            return "\(name): tried again" + (delay.map { " after \(Wording.seconds($0))" } ?? "")
        }
    }
}
