import HTTPSemantics
import Journal

/// RD-03: a date that is over asks for nothing more.
extension Rule {
    static let rd03 = Rule(
        id: "RD-03", title: "survives a date in the past",
        requirement: "A Retry-After date that is already over neither stops the client, nor makes it hang, nor takes "
            + "away the pauses between its attempts.",
        level: .practice, sources: [.retryAfter, .dates], profile: .get, scenarios: ["past-date"],
        procedure: """
            Four failures with a date of a minute ago, then success; two runs. Fail if it does not come back although it does so \
            without the field (it gave up, crashed, or was still waiting after 30 s and three times its own delay), or \
            if three pauses in a row are below 50 ms.
            """,
        tolerances: """
            Three pauses below 50 ms in both runs are a hot loop; for a client whose own first delay is shorter than \
            that, 10 ms.
            """,
        errorRates: """
            Exact for fixed delays. Simulated, 1,000 gradings: full jitter on a base of 50 ms is never called a hot \
            loop.
            """,
        next: PastDates.next, observe: PastDates.observe)
}

private enum PastDates {
    static let expected = "its own delays, or an immediate first retry and then its own delays"
    /// In seconds: as far as clocks differ.
    static let age = 60
    static let failures = 4

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let limit = Duration.seconds(30 + Int64(3 * (gate.longestOwnDelay ?? 0)))
            let request = RunRequest(
                Scenarios.pastDate(
                    age: age, status: gate.retriesUnavailable ? 503 : 429, times: failures, limit: limit), count: 2)
            let missing = evidence.missing([request])
            guard missing.isEmpty else { return .run(missing) }
            let runs = evidence.runs(of: request)
            let picture = Picture.timeline(
                "Attempts after dates that are over", of: runs.map { ("run \($0.round + 1)", $0) })
            return .conclude(judge(runs, HotLoop(gate), limit: limit).showing(picture))
        }
    }

    static func judge(_ runs: [Run], _ loop: HotLoop, limit: Duration) -> Finding {
        if let defect = runs.compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let hot = runs.count { loop.isHot($0.gaps) }
        let stuck = runs.filter { $0.retries == 0 }
        let lines = runs.map { run -> EvidenceLine in
            let text =
                run.retries == 0
                ? "no further request, \(Wording.ending(run.ending))"
                : "came back after \(Wording.pauses(run.gaps)), then \(Wording.ending(run.ending))"
            return EvidenceLine(
                "run \(run.round + 1): \(text)", waited: run.gaps.first??.waited,
                speaksAgainst: run.retries == 0 || loop.isHot(run.gaps))
        }
        func finding(_ verdict: Verdict, _ actual: String, class name: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: name)
        }
        if hot == runs.count {
            return finding(.fail, "it comes back again and again without a pause", class: "hot loop")
        }
        if stuck.count == runs.count, let first = stuck.first {
            let hangs = first.ending == .timeUp
            return finding(
                .fail,
                hangs
                    ? "it was still waiting after \(Wording.wait(limit.inSeconds)), for a date that is over"
                    : "it does not come back, \(Wording.ending(first.ending)); without the field it does",
                class: hangs ? "hangs" : "gives up")
        }
        guard hot == 0, stuck.isEmpty else {
            return finding(.inconclusive, "one run fails and the other does not")
        }
        let first = Sample(runs.compactMap { $0.gaps.first??.waited }).median
        return finding(
            .pass, "it comes back after \(Wording.seconds(first)) and pauses between its attempts",
            class: first < loop.threshold ? "comes back at once, then pauses" : "falls back to its own delays")
    }

    /// The pauses of a journal that followed a date that was over when it was sent.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let loop = HotLoop()
            let concerned = calls.filter { call in
                call.exchanges.count > 1
                    && call.exchanges.dropLast().contains { $0.hasPastDate(observation.wall) }
            }
            guard !concerned.isEmpty else {
                return Finding(
                    .notApplicable, expected: expected, actual: "no retry followed a date that was over")
            }
            let lines = concerned.map { call -> EvidenceLine in
                let pauses = zip(call.exchanges, gaps(of: call.exchanges, stalls: observation.stalls)).map {
                    $0.hasPastDate(observation.wall) ? $1 : nil
                }
                return EvidenceLine(
                    "\(call.name): came back after \(Wording.pauses(pauses))", waited: pauses.first??.waited,
                    speaksAgainst: loop.isHot(pauses))
            }
            let hot = lines.count(where: \.speaksAgainst)
            return Finding(
                hot > 0 ? .fail : .pass, expected: expected,
                actual: hot > 0
                    ? "\(Wording.count(hot, "call")) came back again and again without a pause"
                    : "\(Wording.count(lines.count, "call")) went on with pauses", evidence: lines,
                classification: hot > 0 ? "hot loop" : nil)
        }
    }
}

extension Exchange {
    /// Whether its Retry-After is a date that was over when it was sent.
    fileprivate func hasPastDate(_ wall: WallLine) -> Bool {
        guard let reply, let repliedAt else { return false }
        let sent = wall.time(at: repliedAt)
        guard case .date(let date, _)? = RetryAfter(in: reply.fields, reference: sent) else { return false }
        return date <= sent
    }
}
