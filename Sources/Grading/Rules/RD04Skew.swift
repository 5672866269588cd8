import HTTPSemantics
import Journal

/// RD-04: a date is read by the clock of the server that wrote it.
extension Rule {
    static let rd04 = Rule(
        id: "RD-04", title: "reads a date by the server's clock",
        requirement:
            "Where the server's clock is wrong, the client takes a Retry-After date relative to the Date of the "
            + "same response.",
        level: .practice, sources: [.dateField, .retryAfter, .rateLimitFields], profile: .get,
        scenarios: ["skewed-date"],
        procedure: """
            A failure whose Retry-After date is its Date and a wait, 3 s or what exceeds the client's own delay, once by \
            a clock that is at least 30 s fast and once by one that is as slow. Pass if both are followed by that wait. \
            A client that reads its own clock instead is noted: it waits too long for the first. It fails only if the \
            second brings it back within 50 ms, where without the field it pauses. Not applicable if it does not read \
            dates. A run is ended 12 s after the wait.
            """,
        tolerances: """
            25 ms early; 1 s and a tenth of the wait, or 250 ms, late. A civil clock that moves more than 50 ms makes \
            it inconclusive.
            """,
        errorRates: "Exact, for a client whose clock is that of the machine.",
        next: Skew.next)
}

private enum Skew {
    static let expected = "a wait that follows from the two dates of the response, not from the client's clock"
    static let pause = 0.05

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let announced = AnnouncedWait(above: gate.longestOwnDelay ?? 0, evidence.thoroughness, atLeast: 3)
            guard !announced.needsComparison else {
                return .conclude(.ownDelayTooLong(gate, expected: expected))
            }
            let wait = announced.first
            // A slow clock puts the date into the client's past, whatever the wait.
            let skew = max(30, wait + 27)
            func request(_ skew: Int) -> RunRequest {
                RunRequest(
                    Scenarios.skewedDate(
                        status: gate.retriesUnavailable ? 503 : 429, wait: wait, skew: skew,
                        limit: .seconds(wait + 12)))
            }
            let (fast, slow) = (request(skew), request(-skew))
            let missing = evidence.missing([fast, slow])
            guard missing.isEmpty else { return .run(missing) }
            guard let ahead = evidence.runs(of: fast).first, let behind = evidence.runs(of: slow).first else {
                return .conclude(Finding(.inconclusive, expected: expected, actual: "nothing was run"))
            }
            let picture = Picture.timeline(
                "Attempts, and the wait that follows from the two dates",
                of: [("clock \(skew) s fast", ahead), ("clock \(skew) s slow", behind)],
                asked: { $0.reply?.fields["Retry-After"] == nil ? nil : Double(wait) })
            return .conclude(
                judge(ahead: ahead, behind: behind, wait: Double(wait), skew: skew, gate).showing(picture))
        }
    }

    static func judge(ahead: Run, behind: Run, wait: Double, skew: Int, _ gate: Gate) -> Finding {
        let lines = [(ahead, "fast"), (behind, "slow")].map { run, name -> EvidenceLine in
            let gap = run.gaps.first ?? nil
            let text = gap.map { "waited \(Wording.seconds($0.waited))" } ?? Wording.ending(run.ending)
            return EvidenceLine(
                "clock \(skew) s \(name), asked to come back \(Wording.wait(wait)) after its Date: \(text)",
                asked: wait,
                waited: gap?.waited)
        }
        func finding(
            _ verdict: Verdict, _ actual: String, notes: [String] = [], class name: String? = nil
        ) -> Finding {
            Finding(
                verdict, expected: expected, actual: actual,
                evidence: verdict == .fail ? [lines[0]] + [lines[1]].speakingAgainst : lines, notes: notes,
                classification: name)
        }
        if let defect = Dates.defect([ahead, behind]) { return finding(.inconclusive, defect) }
        let allowed = (wait - Tolerance.early)...(wait + 1 + Tolerance.late(wait))
        let first = (ahead.gaps.first ?? nil)?.waited
        let second = (behind.gaps.first ?? nil)?.waited
        if let first, first < allowed.lowerBound {
            return finding(
                .notApplicable,
                "it came back \(Wording.span(wait - first)) before the date of a fast clock, so it does not read dates "
                    + "(see RD-01)", class: "does not read dates")
        }
        if first == nil, ahead.ending != .timeUp {
            return finding(
                .notApplicable, "it does not come back after a response with a date", class: "gives up on a date")
        }
        guard let second else {
            return behind.ending == .timeUp
                ? finding(.inconclusive, "it was still waiting for the date of a slow clock when the run was ended")
                : finding(
                    .notApplicable, "it does not come back after a date of a slow clock", class: "gives up on a date")
        }
        if let first, allowed.contains(first), allowed.contains(second) {
            return finding(.pass, "it waits by the server's clock", class: "uses Date")
        }
        let late =
            first.map { "it waits \(Wording.seconds($0)) instead of \(Wording.wait(wait))" }
            ?? "it had not come back \(Wording.wait(wait + 12)) after it was asked to wait \(Wording.wait(wait))"
        if second < pause, Sample(gate.ownDelays).median >= pause {
            return finding(
                .fail, "a clock that is \(skew) s slow makes it come back at once", notes: [late],
                class: "own clock, comes back at once")
        }
        return finding(
            .pass, "it reads its own clock: on a slow one it comes back after \(Wording.seconds(second))",
            notes: ["a clock that is \(skew) s fast: \(late)"], class: "own clock")
    }
}
