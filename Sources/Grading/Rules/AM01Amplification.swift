import HTTPSemantics
import Journal

/// AM-01: one call does not become many requests.
extension Rule {
    static let am01 = Rule(
        id: "AM-01", title: "does not multiply its calls",
        requirement: "Retries happen at one layer: one call becomes a handful of requests, not the product of several "
            + "retry loops.",
        level: .practice, sources: [.buildersLibrary, .retryStorm, .cascadingFailures], profile: .get,
        scenarios: ["status-forever", "refused-forever"],
        procedure: """
            The runs of AT-01: 503 without a hint, the dialect's refusal without a hint and with one of 1 s, for ever; \
            and, with a command for many calls, 20 calls of one process at once, two runs. The factor is the largest \
            number of requests that one call became, or 20 calls for each of them. Pass up to 5; fail above 10; between \
            them inconclusive. Where the same ladder of delays begins three times or more, one retry loop stands \
            around another: that is named, with the lengths of both.
            """,
        tolerances: "None: requests are counted. A call that is not over at the end of a run counts as far as it went.",
        errorRates: """
            Exact within the time of observation (50 s in standard, 120 s in full). Loops whose delays do not differ \
            from one ladder to the next are counted all the same, but not named.
            """,
        next: Amplification.next, observe: Amplification.observe)
}

private enum Amplification {
    static let modest = 5
    static let excessive = 10
    static let expected = "at most \(modest) requests for one call"

    static func next(_ evidence: Evidence) -> Rule.Step {
        return afterGate(evidence, expected: expected) { gate in
            let scripts = Scenarios.neverRecovering(evidence.thoroughness, announce: gate.refusalsAnnounce)
            let requests = scripts.map { RunRequest($0.kind, count: 2) }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            var rows = zip(scripts, requests).flatMap { script, request in
                evidence.runs(of: request).map { Row(name: script.name, run: $0) }
            }
            if let many = many(gate, evidence) {
                let absent = evidence.missing([many])
                guard absent.isEmpty else { return .run(absent) }
                rows += evidence.runs(of: many).map { Row(name: "\(calls) calls at once", run: $0, isMany: true) }
            }
            let picture = Picture.timeline(
                "Requests of one call", of: rows.map { ("\($0.name), run \($0.run.round + 1)", $0.run) })
            return .conclude(judge(rows).showing(picture))
        }
    }

    /// Many calls from one process; `nil` where there is no command for them.
    static func many(_ gate: Gate, _ evidence: Evidence) -> RunRequest? {
        guard evidence.profiles.contains(.many) else { return nil }
        let kind = Scenarios.manyFailures(
            status503: gate.retriesUnavailable, requests: calls, concurrency: calls)
        return RunRequest(kind, count: 2)
    }

    static let calls = 20

    struct Row {
        var name: String
        var run: Run
        /// Whether it made many calls, each with a target of its own.
        var isMany = false

        /// Of one call; of many, their mean, rounded up.
        var requests: Int {
            guard isMany else { return run.exchanges.count }
            let targets = max(1, Set(run.exchanges.map(\.arrival.target)).count)
            return (run.exchanges.count + targets - 1) / targets
        }
        var isOver: Bool { run.ending != .timeUp && run.ending != .tooManyRequests }
        var nesting: NestedLoops? { isMany ? nil : NestedLoops(run.gaps.compactMap { $0?.waited }) }

        var line: EvidenceLine {
            EvidenceLine(
                "\(name), run \(run.round + 1): \(Wording.count(requests, "request"))" + (isMany ? " for each" : "")
                    + (isOver ? "" : " and not over")
                    + (nesting.map { ", \($0.description)" } ?? ""),
                speaksAgainst: requests > excessive)
        }
    }

    static func judge(_ rows: [Row]) -> Finding {
        if let defect = rows.compactMap(\.run.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        guard let worst = rows.max(by: { $0.requests < $1.requests }) else {
            return Finding(.inconclusive, expected: expected, actual: "nothing was run")
        }
        let nested = rows.lazy.compactMap(\.nesting).first
        let became = "one call became \(Wording.count(worst.requests, "request")) on \(worst.name)"
        func finding(_ verdict: Verdict, _ actual: String) -> Finding {
            Finding(
                verdict, expected: expected, actual: actual, evidence: rows.map(\.line),
                notes: nested.map { ["\($0.description)"] } ?? [],
                classification: nested.map { "nested retry loops, \($0.outer) × \($0.inner)" }
                    ?? "one call becomes \(Wording.count(worst.requests, "request"))")
        }
        if worst.requests > excessive { return finding(.fail, became) }
        // Calls that were to be made at once and come one after the other take longer than is observed.
        if let open = rows.first(where: { !$0.isOver && !$0.isMany && $0.requests > 1 }) {
            return finding(
                .inconclusive,
                "one call became \(Wording.count(open.requests, "request")) on \(open.name) and was not over at the end"
            )
        }
        return worst.requests <= modest
            ? finding(.pass, became) : finding(.inconclusive, "\(became): more than \(modest), not above \(excessive)")
    }

    /// Calls that met nothing but failures, so that all they sent was meant as one.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let failed = calls.filter { $0.exchanges.allSatisfy(\.isFailure) }
            guard let worst = failed.max(by: { $0.exchanges.count < $1.exchanges.count }) else {
                return Finding(.notApplicable, expected: expected, actual: "no call met nothing but failures")
            }
            let most = worst.exchanges.count
            let lines = failed.filter { $0.exchanges.count > modest }.map {
                EvidenceLine(
                    "\($0.name): \(Wording.count($0.exchanges.count, "request"))",
                    speaksAgainst: $0.exchanges.count > excessive)
            }
            return Finding(
                most > excessive ? .fail : most > modest ? .inconclusive : .pass, expected: expected,
                actual: "one call became \(Wording.count(most, "request")) at most", evidence: lines
            ).showing(.timeline(ofCalls: failed, wall: observation.wall))
        }
    }
}
