import HTTPSemantics
import Journal

/// MV-02: "at once" is not "for ever at once".
extension Rule {
    static let mv02 = Rule(
        id: "MV-02", title: "does not hammer on Retry-After: 0",
        requirement:
            "Told to come back at once again and again, the client keeps a pause, or stops after a few attempts.",
        level: .practice, sources: [.retryAfter, .grpcRetries, .retryStorm], profile: .get, scenarios: ["raw-hint"],
        procedure: """
            Six failures with Retry-After 0, then success; two runs. Fail if three pauses in a row are below 50 ms and \
            more than five requests come within a second. The first retry may be immediate.
            """,
        tolerances: """
            50 ms; for a client whose own first delay is shorter than that, 10 ms. Both runs must show it. A run is \
            watched for 10 s and the client's own first delay.
            """,
        errorRates: """
            Exact for fixed delays. Simulated, 1,000 gradings: full jitter on a base of 50 ms never fails.
            """,
        next: Zero.next, observe: Zero.observe)
}

private enum Zero {
    static let expected = "a pause between attempts, or no more than five of them within a second"
    static let failures = 6
    static let mostAtOnce = 5

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let request = RunRequest(
                Scenarios.rawHint(
                    "0", status: gate.retriesUnavailable ? 503 : 429, times: failures,
                    limit: .seconds(10 + Int64((gate.longestOwnDelay ?? 0).rounded(.up)))), count: 2)
            let missing = evidence.missing([request])
            guard missing.isEmpty else { return .run(missing) }
            let runs = evidence.runs(of: request)
            let picture = Picture.timeline(
                "Attempts after Retry-After 0", of: runs.map { ("run \($0.round + 1)", $0) })
            return .conclude(judge(runs, HotLoop(gate)).showing(picture))
        }
    }

    /// Whether more than five requests come within a second, three pauses in a row being none.
    static func hammers(_ exchanges: [Exchange], _ gaps: [Gap?], _ loop: HotLoop) -> Bool {
        guard loop.isHot(gaps) else { return false }
        return zip(exchanges, exchanges.dropFirst(mostAtOnce)).contains { $1.arrivedAt - $0.arrivedAt <= .seconds(1) }
    }

    static func judge(_ runs: [Run], _ loop: HotLoop) -> Finding {
        if let defect = runs.compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let hot = runs.map { hammers($0.exchanges, $0.gaps, loop) }
        let lines = zip(runs, hot).map { run, hot in
            EvidenceLine(
                "run \(run.round + 1): \(Wording.count(run.exchanges.count, "request")), "
                    + (run.gaps.isEmpty ? "" : "pauses of \(Wording.pauses(run.gaps)), ") + "then "
                    + Wording.ending(run.ending), asked: 0, waited: run.gaps.first??.waited, speaksAgainst: hot)
        }
        func finding(
            _ verdict: Verdict, _ actual: String, notes: [String] = [], class name: String? = nil
        ) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, notes: notes, classification: name)
        }
        let most = runs.map(\.exchanges.count).max() ?? 0
        if hot.allSatisfy({ $0 }) {
            let fastest = runs.compactMap { run in
                run.exchanges.last.map { ($0.arrivedAt - run.exchanges[0].arrivedAt).inSeconds }
            }.min()
            return finding(
                .fail,
                "\(Wording.count(most, "request")) within \(Wording.span(fastest ?? 0))", class: "hot loop")
        }
        if hot.contains(true) { return finding(.inconclusive, "one run of two comes back without a pause") }
        guard most > 1 else {
            return runs.contains { $0.ending == .timeUp }
                ? finding(
                    .pass, "it waits longer than it was watched", notes: ["it waits though it is told not to"],
                    class: "waits")
                : finding(.notApplicable, "it does not come back after Retry-After 0", class: "gives up")
        }
        let isCapped = runs.allSatisfy { loop.isHot($0.gaps) }
        return finding(
            .pass,
            isCapped
                ? "it comes back without a pause, but stops after \(Wording.count(most, "request"))"
                : "it pauses between its attempts",
            notes: isCapped ? ["only its cap on attempts keeps it from a hot loop"] : [],
            class: isCapped ? "bounded by its cap" : "keeps its own delays")
    }

    /// Calls of a journal that were told 0 again and again.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let loop = HotLoop()
            let concerned = calls.filter { call in
                call.exchanges.dropLast().contains { $0.announcedSeconds == 0 }
            }
            guard !concerned.isEmpty else {
                return Finding(.notApplicable, expected: expected, actual: "no retry followed a Retry-After of 0")
            }
            let lines = concerned.map { call -> EvidenceLine in
                let pauses = zip(call.exchanges, gaps(of: call.exchanges, stalls: observation.stalls)).map {
                    $0.announcedSeconds == 0 ? $1 : nil
                }
                return EvidenceLine(
                    "\(call.name): \(Wording.count(call.exchanges.count, "request")), pauses of "
                        + Wording.pauses(pauses), asked: 0, waited: pauses.first??.waited,
                    speaksAgainst: hammers(call.exchanges, pauses, loop))
            }
            let hot = lines.count(where: \.speaksAgainst)
            return Finding(
                hot > 0 ? .fail : .pass, expected: expected,
                actual: hot > 0
                    ? "\(Wording.count(hot, "call")) came back again and again without a pause"
                    : "\(Wording.count(lines.count, "call")) kept a pause or stopped", evidence: lines,
                classification: hot > 0 ? "hot loop" : nil)
        }
    }
}
