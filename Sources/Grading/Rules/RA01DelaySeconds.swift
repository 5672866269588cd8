import HTTPSemantics
import Journal

/// RA-01: Retry-After in seconds is honoured.
extension Rule {
    static let ra01 = Rule(
        id: "RA-01", title: "waits for Retry-After seconds",
        requirement: "After a response with Retry-After in seconds the client does not come back earlier.",
        level: .should, sources: [.retryAfter, .tooManyRequests, .unavailable, .github], profile: .get,
        scenarios: ["refused-once", "status-once"],
        procedure: """
            The dialect's refusal, if it carries the field at all, with one wait and 503 with another, so that no fixed delay matches both; then \
            success. Three runs per value (one in quick), more where stalls spoil some. The waits are at least 1.8 times \
            the client's own first delay, so that it cannot obey by luck; where that would take too long, runs with \
            and without the field are compared, and if they do not differ the rule is inconclusive. Fail if any run \
            comes back early; not applicable if it gives up instead.
            """,
        tolerances:
            "25 ms early, for the client's own timer. Measured from just before the first byte of the response.",
        errorRates: """
            No false fail by construction: every delay of network and server only lengthens the wait that is measured. \
            A client that ignores the field and draws its delays at random passes by luck in well under 1 of 1,000 \
            gradings (4 % in quick, for delays that reach far above 4 s).
            """,
        next: DelaySeconds.next, observe: DelaySeconds.observe)
}

enum DelaySeconds {
    /// One run that was answered with a wait.
    struct Answered {
        var name: String
        var asked: Double
        var run: Run
        var gap: Gap? { run.gaps.first ?? nil }
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        let expected = "no request before the announced wait is over"
        return afterGate(evidence, expected: expected) { gate in
            let wait = AnnouncedWait(gate, evidence.thoroughness)
            var kinds: [(name: String, asked: Int, kind: RunRequest.Kind)] = []
            if gate.retriesRefusal, gate.refusalsAnnounce {
                kinds.append(("refusal", wait.first, Scenarios.refusedOnce(hint: wait.first)))
            }
            // A client that does not retry 503 by itself may still do so when it is told when.
            kinds.append(("503", wait.second, Scenarios.statusOnce(503, hint: wait.second)))

            let least = evidence.thoroughness == .quick ? 1 : 3
            let requests = kinds.map { RunRequest($0.kind, count: least) }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }

            let answered = kinds.flatMap { name, asked, kind in
                (evidence.runs[kind] ?? []).map { Answered(name: name, asked: Double(asked), run: $0) }
            }
            // Stalls of the server may have hidden that it was early: then more runs are needed.
            let more = requests.filter { request in
                let runs = evidence.runs[request.kind] ?? []
                let doubtful = answered.filter { isDoubtful($0) && runs.count < 3 * least }
                return Double(doubtful.count) > (1 - Tolerance.keptShare) * Double(answered.count)
            }
            guard more.isEmpty else {
                return .run(more.map { RunRequest($0.kind, count: (evidence.runs[$0.kind]?.count ?? 0) + least) })
            }
            let picture = Picture.timeline(
                "Attempts and the waits they were asked for",
                of: answered.map { ("\($0.name), run \($0.run.round + 1)", $0.run) })
            return .conclude(judge(answered, wait, gate, expected: expected).showing(picture))
        }
    }

    /// Whether a stall may hide that the client was early.
    static func isDoubtful(_ answered: Answered) -> Bool {
        guard let gap = answered.gap else { return false }
        return gap.waited >= answered.asked - Tolerance.early && gap.certainlyWaited < answered.asked - Tolerance.early
    }

    static func judge(_ answered: [Answered], _ wait: AnnouncedWait, _ gate: Gate, expected: String) -> Finding {
        if let defect = answered.compactMap(\.run.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        var lines = answered.map(line)
        if !gate.refusalsAnnounce {
            lines.append(EvidenceLine("refusals of this dialect carry no Retry-After, so only 503 with one is judged"))
        }
        let early = answered.compactMap { one -> Double? in
            guard let gap = one.gap, gap.waited < one.asked - Tolerance.early else { return nil }
            return one.asked - gap.waited
        }
        if let worst = early.max() {
            let ignored = AnnouncedWait.differ(answered.compactMap { $0.gap?.waited }, own: gate.ownDelays) == false
            return Finding(
                .fail, expected: expected,
                actual:
                    "early in \(Wording.share(early.count, of: answered.count, "run")), "
                    + "by up to \(Wording.span(worst))",
                evidence: lines, classification: ignored ? "does not read Retry-After" : "comes back early")
        }
        let returned = answered.filter { $0.gap != nil }
        guard !returned.isEmpty else {
            return Finding(
                .notApplicable, expected: expected,
                actual: "it does not come back after a response with Retry-After", evidence: lines,
                classification: "gives up")
        }
        let proven = returned.filter { !isDoubtful($0) }
        if Double(proven.count) < Tolerance.keptShare * Double(returned.count), proven.count < 3 {
            return Finding(
                .inconclusive, expected: expected,
                actual:
                    "the server was late in "
                    + Wording.share(returned.count - proven.count, of: returned.count, "run"),
                evidence: lines)
        }
        if wait.needsComparison {
            let delays = returned.compactMap { $0.gap?.waited }
            guard AnnouncedWait.differ(delays, own: gate.ownDelays) else {
                return Finding(
                    .inconclusive, expected: expected,
                    actual: "its own delay, \(Wording.wait(Sample(gate.ownDelays).median)), is longer than can be "
                        + "asked for, and it waits the same with and without Retry-After", evidence: lines)
            }
        }
        let silent = Set(answered.map(\.name)).subtracting(returned.map(\.name)).sorted()
        let shortest = returned.compactMap { one in one.gap.map { $0.waited - one.asked } }.min() ?? 0
        return Finding(
            .pass, expected: expected,
            actual: "never early in \(Wording.count(returned.count, "run")); the nearest came "
                + "\(Wording.span(max(0, shortest))) after the wait",
            evidence: lines,
            notes: silent.map { "it does not come back after \($0) with Retry-After, so only the other was judged" })
    }

    static func line(_ answered: Answered) -> EvidenceLine {
        let name = "\(answered.name), run \(answered.run.round + 1)"
        guard let gap = answered.gap else {
            let what =
                answered.run.exchanges.count > 1
                ? "the next request did not wait for the response"
                : "asked \(Wording.seconds(answered.asked)), no further request, \(Wording.ending(answered.run.ending))"
            return EvidenceLine("\(name): \(what)", asked: answered.asked)
        }
        return EvidenceLine(
            "\(name), attempt 1 → 2: \(Wording.asked(answered.asked, waited: gap.waited))", asked: answered.asked,
            waited: gap.waited, speaksAgainst: gap.waited < answered.asked - Tolerance.early)
    }

    /// Every pause of a journal that followed a Retry-After in seconds.
    static func observe(_ observation: Observation) -> Finding {
        let expected = "no request before the announced wait is over"
        return judgeObservation(observation, expected: expected) { calls in
            judgePauses(calls, observation.stalls, expected: expected, hint: "Retry-After in seconds") {
                $0.announcedSeconds
            }
        }
    }
}

/// Judges pauses of a recorded journal against waits that were announced.
///
/// - Parameter announced: the wait in seconds from the instant of sending; `nil` where none was announced.
func judgePauses(
    _ calls: [Call], _ stalls: [Stall], expected: String, hint: String, _ announced: (Exchange) -> Double?
) -> Finding {
    var lines: [EvidenceLine] = []
    var given = 0
    var early = 0
    var doubtful = 0
    for call in calls {
        for (number, (first, second)) in zip(call.exchanges, call.exchanges.dropFirst()).enumerated() {
            guard let asked = announced(first),
                let gap = Gap.between(first, second, number: number + 1, stalls: stalls)
            else { continue }
            given += 1
            let isEarly = gap.waited < asked - Tolerance.early
            if isEarly { early += 1 } else if gap.certainlyWaited < asked - Tolerance.early { doubtful += 1 }
            lines.append(
                EvidenceLine(
                    "\(call.name), attempt \(number + 1) → \(number + 2): "
                        + Wording.asked(asked, waited: gap.waited),
                    asked: asked, waited: gap.waited, speaksAgainst: isEarly))
        }
    }
    if early > 0 {
        return Finding(
            .fail, expected: expected, actual: "early in \(Wording.share(early, of: given, "retry"))", evidence: lines)
    }
    guard given > 0 else {
        return Finding(.notApplicable, expected: expected, actual: "no retry followed a \(hint)")
    }
    if Double(given - doubtful) < Tolerance.keptShare * Double(given) {
        return Finding(
            .inconclusive, expected: expected,
            actual: "the server was late in \(Wording.share(doubtful, of: given, "retry"))", evidence: lines)
    }
    return Finding(
        .pass, expected: expected, actual: "never early in \(Wording.count(given, "retry"))", evidence: lines)
}
