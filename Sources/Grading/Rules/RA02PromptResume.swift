import HTTPSemantics
import Journal

/// RA-02: the announced wait is not overslept.
extension Rule {
    static let ra02 = Rule(
        id: "RA-02", title: "resumes promptly",
        requirement: "The client comes back soon after the announced wait: it asks for nothing more than patience.",
        level: .practice, sources: [.retryAfter, .rateLimitFields], profile: .get,
        scenarios: ["refused-once", "status-once"],
        procedure: """
            Five refusals with a wait, each followed by success. Pass if the median lateness is at most a quarter of \
            the wait or 1 s, whichever is more; fail if even the most prompt run waited about twice as long as asked. \
            Jitter on top of the wait is welcome within these bounds. Ten and twenty runs where stalls of the server \
            leave it open.
            """,
        tolerances: """
            250 ms or a tenth of the wait on top of both bounds. Measured from the last byte of the response. A stall \
            of the server can only make a client look later than it is: a run with one at either end still shows that \
            the client was prompt, measured from the first byte; for all else it is dropped.
            """,
        errorRates: "A client that starts a process for each try is charged with its start.",
        next: PromptResume.next, observe: PromptResume.observe)
}

private enum PromptResume {
    static let expected = "a request at most 1 s, or a quarter of the wait, after the wait is over"
    static let looks = [5, 10, 20]

    static func allowed(_ wait: Double) -> Double { Tolerance.prompt(wait) }
    static func excessive(_ wait: Double) -> Double { max(2, wait) + Tolerance.late(wait) }

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let wait = AnnouncedWait(gate, evidence.thoroughness)
            let kind =
                gate.retriesRefusal && gate.refusalsAnnounce
                ? Scenarios.refusedOnce(hint: wait.first) : Scenarios.statusOnce(503, hint: wait.first)
            let made = evidence.runs[kind]?.count ?? 0
            guard let look = looks.last(where: { $0 <= made }) else {
                return .run([RunRequest(kind, count: looks[0])])
            }
            let request = RunRequest(kind, count: look)
            let runs = evidence.runs(of: request)
            if let defect = runs.compactMap(\.defect).first {
                return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
            }
            if wait.needsComparison {
                return .conclude(
                    Finding(
                        .inconclusive, expected: expected,
                        actual:
                            "its own delay, \(Wording.wait(gate.longestOwnDelay ?? 0)), is longer than any wait that "
                            + "can be asked for here"))
            }
            if isHidden(runs, asked: Double(wait.first)), let further = looks.first(where: { $0 > look }) {
                return .run([RunRequest(kind, count: further)])
            }
            let picture = Picture.timeline(
                "Attempts and the waits they were asked for", of: runs.map { ("run \($0.round + 1)", $0) })
            return .conclude(judge(runs, asked: Double(wait.first)).showing(picture))
        }
    }

    static func judge(_ runs: [Run], asked: Double) -> Finding {
        let answered = runs.map { DelaySeconds.Answered(name: "refusal", asked: asked, run: $0) }
        let lines = answered.map(DelaySeconds.line).map { line in
            // Earliness is another rule's business.
            EvidenceLine(line.text, asked: line.asked, waited: line.waited)
        }
        if answered.contains(where: { ($0.gap?.waited ?? .infinity) < asked - Tolerance.early }) {
            return Finding(
                .notApplicable, expected: expected, actual: "it does not wait as long as it is asked to (see RA-01)",
                evidence: lines)
        }
        let returned = answered.compactMap(\.gap)
        guard !returned.isEmpty else {
            guard runs.contains(where: { $0.ending == .timeUp }) else {
                return Finding(
                    .notApplicable, expected: expected,
                    actual: "it does not come back after a response with Retry-After", evidence: lines,
                    classification: "gives up")
            }
            return Finding(
                .fail, expected: expected,
                actual: "it had not come back \(Wording.wait(Scenarios.patience.inSeconds)) after the wait was over",
                evidence: lines)
        }
        let lateness = Lateness(returned, asked: asked)
        let late = lateness.judged
        let actual = "\(Wording.span(late.median)) after the wait was over, as a median of \(late.count)"
        switch lateness.answer {
        case .prompt: return Finding(.pass, expected: expected, actual: actual, evidence: lines)
        case .excessive:
            let times = Wording.decimal((asked + late.median) / asked, places: 1)
            return Finding(
                .fail, expected: expected, actual: actual, evidence: lines.speakingAgainst,
                classification: "waits about \(times) times as long")
        case .between: return Finding(.inconclusive, expected: expected, actual: actual, evidence: lines)
        case .hidden:
            return Finding(
                .inconclusive, expected: expected,
                actual: "the server was late in \(returned.count - lateness.kept.count) of "
                    + Wording.count(returned.count, "run"), evidence: lines)
        }
    }

    /// Whether more runs might decide what stalls left open.
    static func isHidden(_ runs: [Run], asked: Double) -> Bool {
        let returned = runs.compactMap { $0.gaps.first ?? nil }
        guard !returned.isEmpty, !returned.contains(where: { $0.waited < asked - Tolerance.early }) else {
            return false
        }
        return Lateness(returned, asked: asked).answer == .hidden
    }

    /// How late a client came back: a stall makes it look later than it was, never more prompt.
    struct Lateness {
        enum Answer { case prompt, excessive, between, hidden }

        /// In runs without a stall at either end.
        var kept: Sample
        /// In all, at most and at least.
        var atMost: Sample
        var atLeast: Sample
        var asked: Double

        init(_ gaps: [Gap], asked: Double) {
            self.asked = asked
            kept = Sample(gaps.filter { !$0.isDisturbed }.map { $0.waitedAfterEnd - asked })
            atMost = Sample(gaps.map { ($0.isDisturbed ? $0.waited : $0.waitedAfterEnd) - asked })
            atLeast = Sample(gaps.map { $0.waitedAfterEnd - $0.doubt - asked })
        }

        var answer: Answer {
            if judged.median <= allowed(asked) { return .prompt }
            let least = isEnough ? kept : atLeast
            if let least = least.values.min(), least > excessive(asked) { return .excessive }
            return isEnough ? .between : .hidden
        }

        /// The undisturbed, where they are enough; else all, as late as they look.
        var judged: Sample { isEnough ? kept : atMost }

        private var isEnough: Bool { Double(kept.count) >= Tolerance.keptShare * Double(atMost.count) }
    }

    /// Every pause of a journal that followed a Retry-After in seconds and was not early.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            var lines: [EvidenceLine] = []
            var shares: [(late: Double, asked: Double)] = []
            for call in calls {
                for (number, (first, second)) in zip(call.exchanges, call.exchanges.dropFirst()).enumerated() {
                    guard let asked = first.announcedSeconds,
                        let gap = Gap.between(first, second, number: number + 1, stalls: observation.stalls),
                        gap.waited >= asked - Tolerance.early
                    else { continue }
                    // A stall proves nothing against the client, and does not take away that it was prompt.
                    let late = (gap.isDisturbed ? gap.waited : gap.waitedAfterEnd) - asked
                    guard !gap.isDisturbed || late <= allowed(asked) else { continue }
                    shares.append((late, asked))
                    lines.append(
                        EvidenceLine(
                            "\(call.name), attempt \(number + 1) → \(number + 2): "
                                + Wording.asked(asked, waited: gap.waited), asked: asked, waited: gap.waited))
                }
            }
            guard !shares.isEmpty else {
                return Finding(
                    .notApplicable, expected: expected, actual: "no retry waited for a Retry-After in seconds")
            }
            let prompt = shares.count { $0.late <= allowed($0.asked) }
            let verdict: Verdict =
                2 * prompt >= shares.count
                ? .pass : shares.allSatisfy { $0.late > excessive($0.asked) } ? .fail : .inconclusive
            return Finding(
                verdict, expected: expected,
                actual: "prompt in \(Wording.share(prompt, of: shares.count, "retry"))",
                evidence: verdict == .fail ? lines.speakingAgainst : lines)
        }
    }
}

extension [EvidenceLine] {
    /// The same lines, each against the client.
    var speakingAgainst: [EvidenceLine] {
        map { line in
            var line = line
            line.speaksAgainst = true
            return line
        }
    }
}
