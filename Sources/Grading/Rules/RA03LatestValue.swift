import HTTPSemantics
import Journal

/// RA-03: a new Retry-After replaces the one before.
extension Rule {
    static let ra03 = Rule(
        id: "RA-03", title: "obeys the latest Retry-After",
        requirement: "Every Retry-After counts from its own response: the client does not come back before the latest "
            + "wait is over.",
        level: .should, sources: [.retryAfter, .grpcRetries], profile: .get,
        scenarios: ["hint-sequence", "status-forever", "refused-forever"],
        procedure: """
            Three failures in a row that ask for 1 s, for more and for 1 s again, then success; two runs. Fail if any \
            run comes back before the wait of the response before is over. The second wait is at least 3 s, and 1.8 \
            times the longest second delay of the client's own ladder, so that growing delays cannot obey by luck; \
            where that would take too long, the second pause is compared with that of the ladder. A client that tries \
            again fewer than three times is not judged. One that goes on waiting as long as it was once told is noted.
            """,
        tolerances: "25 ms early, for the client's own timer.",
        errorRates: """
            No false fail by construction, as in RA-01. Simulated, 1,000 gradings each: clients that never read the \
            field, with fixed, equal or full jitter on 0.5 to 3 s, never pass.
            """,
        next: LatestValue.next, observe: LatestValue.observe)
}

private enum LatestValue {
    static let expected = "no request before the wait of the latest response is over"
    static let short = 1

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            var ownSecond: [Double] = []
            if gate.retriesUnavailable || gate.retriesBareRefusal {
                let ladder = Ladder.request(evidence, status503: gate.retriesUnavailable)
                let missing = evidence.missing([ladder])
                guard missing.isEmpty else { return .run(missing) }
                ownSecond = evidence.runs(of: ladder).compactMap { $0.gaps.count > 1 ? $0.gaps[1]?.waited : nil }
            }
            let wait = AnnouncedWait(above: ownSecond.max() ?? 0, evidence.thoroughness, atLeast: 3)
            let kind = Scenarios.hintSequence(
                (short, wait.first, short), status: gate.retriesUnavailable ? 503 : 429,
                limit: Scenarios.patience + .seconds(wait.first + 2 * short))
            // A stall of the server may have hidden that it was early: then more runs are needed.
            let runs = evidence.runs[kind] ?? []
            let asked = [short, wait.first, short].map(Double.init)
            let clear = runs.count { !isDoubtful($0, asked) }
            guard runs.count >= 2, clear >= 2 || runs.count >= 6 else {
                return .run([RunRequest(kind, count: max(2, runs.count + 2 - clear))])
            }
            let picture = Picture.timeline(
                "Attempts and the waits they were asked for", of: runs.map { ("run \($0.round + 1)", $0) })
            return .conclude(
                judge(runs, asked: asked, ownSecond: wait.needsComparison ? ownSecond : nil).showing(picture))
        }
    }

    /// The pauses that followed the three waits, those that there were.
    static func pauses(_ run: Run, _ asked: [Double]) -> [(asked: Double, gap: Gap)] {
        zip(asked, run.gaps).compactMap { asked, gap in gap.map { (asked, $0) } }
    }

    static func isDoubtful(_ run: Run, _ asked: [Double]) -> Bool {
        pauses(run, asked).contains { asked, gap in
            gap.waited >= asked - Tolerance.early && gap.certainlyWaited < asked - Tolerance.early
        }
    }

    /// - Parameter ownSecond: where the second wait cannot exceed them, the second delays that it must differ from.
    static func judge(_ runs: [Run], asked: [Double], ownSecond: [Double]?) -> Finding {
        if let defect = runs.compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        var lines: [EvidenceLine] = []
        var early: [Double] = []
        for run in runs {
            for (asked, gap) in pauses(run, asked) {
                let isEarly = gap.waited < asked - Tolerance.early
                if isEarly { early.append(asked - gap.waited) }
                lines.append(
                    EvidenceLine(
                        "run \(run.round + 1), attempt \(gap.number) → \(gap.number + 1): "
                            + Wording.asked(asked, waited: gap.waited),
                        asked: asked, waited: gap.waited, speaksAgainst: isEarly))
            }
        }
        func finding(_ verdict: Verdict, _ actual: String, notes: [String] = [], class name: String? = nil) -> Finding {
            Finding(
                verdict, expected: expected, actual: actual, evidence: lines, notes: notes, classification: name)
        }
        if let worst = early.max() {
            return finding(
                .fail,
                "early after \(Wording.share(early.count, of: lines.count, "response")), by up to "
                    + Wording.span(worst), class: "comes back early")
        }
        let whole = runs.filter { pauses($0, asked).count == asked.count }
        guard !whole.isEmpty else {
            if runs.contains(where: { $0.ending == .timeUp }) {
                return finding(.inconclusive, "it was still waiting when the run was ended")
            }
            let most = runs.map(\.retries).max() ?? 0
            return finding(
                .notApplicable,
                most == 0
                    ? "it does not come back after a response with Retry-After"
                    : "it tries again \(most == 1 ? "once" : "twice"), and three retries are needed to see it",
                class: "gives up")
        }
        let clear = whole.filter { !isDoubtful($0, asked) }
        guard !clear.isEmpty else { return finding(.inconclusive, "the server was late in every run") }
        let second = clear.map { pauses($0, asked)[1].gap.waited }
        if let ownSecond, !AnnouncedWait.differ(second, own: ownSecond) {
            return finding(
                .inconclusive,
                "its own second delay, \(Wording.wait(Sample(ownSecond).median)), is longer than can be asked for, and "
                    + "it waits the same with and without Retry-After")
        }
        let keepsLongest = clear.allSatisfy { run in
            let third = pauses(run, asked)[2].gap.waited
            return third >= asked[1] - Tolerance.early && third <= asked[1] + Tolerance.late(asked[1])
        }
        return finding(
            .pass, "never early in \(Wording.count(clear.count, "run"))",
            notes: keepsLongest
                ? [
                    "told to wait \(Wording.wait(asked[1])) and then \(Wording.wait(asked[2])), it waits "
                        + "\(Wording.wait(asked[1])) both times"
                ] : [], class: keepsLongest ? "keeps the longest wait" : nil)
    }

    /// The pauses of a journal that followed a wait in seconds other than the one before.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let changing = calls.compactMap { call -> Call? in
                let hints = call.exchanges.compactMap(\.announcedSeconds)
                return Set(hints).count > 1 ? call : nil
            }
            return judgePauses(
                changing, observation.stalls, expected: expected, hint: "Retry-After that differs from the one before"
            ) { $0.announcedSeconds }
        }
    }
}
