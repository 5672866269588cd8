import HTTPSemantics
import Journal

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
        next: RetryMatrix.next, observe: RetryMatrix.observe)
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

    /// What a journal shows of it: a refusal that never came is not known to be tried again.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            var seen: [(name: String, times: Int, retried: Int)] = []
            for call in calls {
                for (number, exchange) in call.exchanges.enumerated() where exchange.asksToComeBack {
                    let name = name(of: exchange)
                    let position = seen.firstIndex { $0.name == name } ?? seen.count
                    if position == seen.count { seen.append((name, 0, 0)) }
                    seen[position].times += 1
                    if number + 1 < call.exchanges.count { seen[position].retried += 1 }
                }
            }
            let both = ["503", hinted]
            let known = seen.filter { both.contains($0.name) }
            let lines = seen.map { EvidenceLine("\($0.name): tried again \($0.retried) of \($0.times) times") }
            func finding(_ verdict: Verdict, _ actual: String) -> Finding {
                Finding(verdict, expected: expected, actual: actual, evidence: lines)
            }
            guard !known.isEmpty else { return finding(.notApplicable, "no 503 came and no refusal with a hint") }
            let retried = known.filter { $0.retried > 0 }.map(\.name)
            guard retried.count == known.count else {
                let left = known.filter { $0.retried == 0 }.map(\.name)
                return finding(.notApplicable, "it does not try again after \(Wording.list(left)), which is legal")
            }
            guard known.count == both.count else {
                let absent = both.filter { !retried.contains($0) }
                return finding(
                    .inconclusive, "it tries again after \(Wording.list(retried)); no \(Wording.list(absent)) came")
            }
            return finding(.pass, "it tries again after \(Wording.list(retried))")
        }
    }

    private static let hinted = "refusal with a hint"

    private static func name(of exchange: Exchange) -> String {
        let status = exchange.reply?.status ?? 0
        return status != 503 && exchange.reply?.fields["Retry-After"] != nil ? hinted : "\(status)"
    }
}
