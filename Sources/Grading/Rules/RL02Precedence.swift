import HTTPSemantics
import Journal

/// RL-02: of two hints, Retry-After counts.
extension Rule {
    static let rl02 = Rule(
        id: "RL-02", title: "prefers Retry-After to RateLimit",
        requirement: "Where a response has both Retry-After and RateLimit fields, the client obeys Retry-After.",
        level: .should, sources: [.rateLimitFields, .retryAfter], profile: .get, scenarios: ["two-hints"],
        procedure: """
            A failure whose Retry-After is 2 s longer than the t of its RateLimit field, and one where it is the other way \
            round; two runs each. Fail if the first is followed by a request before Retry-After is over, but not before t \
            is: a client that comes earlier still obeys neither, and RA-01 says so. Both waits are at least 1.8 times its \
            own longest first delay. To wait for the longer t of the second is allowed, and named.
            """,
        tolerances: "25 ms early, for the client's own timer.",
        errorRates: """
            No false fail by construction. Simulated, 1,000 gradings each: clients that read neither field, with fixed \
            delays or equal or full jitter on 0.5 to 3 s, never fail and never pass.
            """,
        next: TwoHints.next, observe: TwoHints.observe)
}

private enum TwoHints {
    static let expected = "no request before Retry-After is over, whatever RateLimit says"

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let clear = AnnouncedWait(above: gate.longestOwnDelay ?? 0, evidence.thoroughness, atLeast: 1)
            guard !clear.needsComparison else {
                return .conclude(.ownDelayTooLong(gate, expected: expected))
            }
            let (short, long) = (clear.first, clear.first + 2)
            let status = gate.retriesRefusal ? 429 : 503
            let requests = [(long, short), (short, long)].map {
                RunRequest(Scenarios.twoHints(status: status, retryAfter: $0, rateLimit: $1), count: 2)
            }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let (runs, reversed) = (evidence.runs(of: requests[0]), evidence.runs(of: requests[1]))
            let picture = Picture.timeline(
                "Attempts, and the wait of Retry-After",
                of: runs.map { ("Retry-After \(long) s, t \(short) s", $0) }
                    + reversed.map { ("Retry-After \(short) s, t \(long) s", $0) })
            return .conclude(
                judge(runs, reversed: reversed, short: Double(short), long: Double(long)).showing(picture))
        }
    }

    static func line(_ run: Run, retryAfter: Double, rateLimit: Double) -> EvidenceLine {
        let name = "Retry-After \(Wording.wait(retryAfter)), t \(Wording.wait(rateLimit)), run \(run.round + 1)"
        guard let gap = run.gaps.first ?? nil else {
            return EvidenceLine("\(name): no further request, \(Wording.ending(run.ending))", asked: retryAfter)
        }
        return EvidenceLine(
            "\(name): \(Wording.asked(retryAfter, waited: gap.waited))", asked: retryAfter, waited: gap.waited,
            speaksAgainst: gap.waited < retryAfter - Tolerance.early)
    }

    static func judge(_ runs: [Run], reversed: [Run], short: Double, long: Double) -> Finding {
        let lines =
            runs.map { line($0, retryAfter: long, rateLimit: short) }
            + reversed.map { line($0, retryAfter: short, rateLimit: long) }
        func finding(
            _ verdict: Verdict, _ actual: String, class name: String? = nil, lines: [EvidenceLine]
        ) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: name)
        }
        if let defect = (runs + reversed).compactMap(\.defect).first {
            return finding(.inconclusive, defect, lines: [])
        }
        let gaps = runs.compactMap { $0.gaps.first ?? nil }
        guard let shortest = gaps.map(\.waited).min() else {
            return finding(
                .notApplicable, "it does not come back after a response with Retry-After", class: "gives up",
                lines: lines)
        }
        if shortest < long - Tolerance.early {
            // Its own delays are far below both waits: earlier than the shorter one, it heeds neither.
            guard shortest >= short - Tolerance.early else {
                let neutral = lines.map { EvidenceLine($0.text, asked: $0.asked, waited: $0.waited) }
                return finding(
                    .notApplicable, "it came back before either wait was over (see RA-01)", class: "obeys neither",
                    lines: neutral)
            }
            return finding(
                .fail,
                "it came back \(Wording.span(long - shortest)) before Retry-After was over, though not before the t of "
                    + "RateLimit", class: "follows RateLimit", lines: lines)
        }
        guard gaps.contains(where: { $0.certainlyWaited >= long - Tolerance.early }) else {
            return finding(.inconclusive, "the server was late in every run", lines: lines)
        }
        let waits = reversed.compactMap { $0.gaps.first??.waited }
        let takesLonger = !waits.isEmpty && waits.allSatisfy { $0 >= long - Tolerance.early }
        return finding(
            .pass, "never before Retry-After in \(Wording.count(gaps.count, "run"))",
            class: takesLonger ? "waits for the longer of both" : "obeys Retry-After alone", lines: lines)
    }

    /// Every pause of a journal that followed a response with both fields.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            judgePauses(
                calls, observation.stalls, expected: expected, hint: "response with both Retry-After and RateLimit"
            ) { exchange in
                guard exchange.reply?.fields["RateLimit"] != nil else { return nil }
                return exchange.announcedSeconds
            }
        }
    }
}
