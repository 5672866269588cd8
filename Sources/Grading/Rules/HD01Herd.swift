import HTTPSemantics
import Journal

/// HD-01: clients that were refused together do not come back together.
extension Rule {
    static let hd01 = Rule(
        id: "HD-01", title: "does not come back as a herd",
        requirement: "Clients that were refused at the same moment spread their retries over time.",
        level: .practice, sources: [.awsJitter, .buildersLibrary, .connections], profile: .workers,
        scenarios: ["herd"],
        procedure: """
            20 copies of the client are held and refused together, up to 10 times (8 copies and 5 times in quick; as \
            many as fit in 30 s, at least 5). Judged is the first retry whose median delay is 250 ms or more; earlier \
            ones are held and refused again. C_rel is the share of pairs of copies that come back within 5 % of the \
            delay of each other: 1 for a herd, 0.36 for jitter over a quarter of the delay, about 0.1 for full jitter. \
            Pass below 0.36, fail above it, each with 99 % confidence. Rounds of a built-in client without jitter \
            lie between: where its C_rel is below 0.8, or it scatters over more than a tenth of the delay, the machine \
            is too noisy and the rule inconclusive. Nothing else that is timed runs meanwhile.
            """,
        tolerances: "A window of 5 % of the median delay, at least 10 ms; the limit is 0.36.",
        errorRates: """
            Simulated, 20 copies, 10 rounds: no jitter fails and ±25 %, equal, ±50 % and full jitter pass in every \
            case; U(0.75, 1) passes in 70 % and is else inconclusive; ±10 % fails in 76 to 94 %. No false verdict above \
            0.1 %. With 8 copies and 5 rounds equal jitter passes in 94 %, full in 98 %, the rest is inconclusive.
            """,
        next: Herd.next, observe: Herd.observe)
}

private enum Herd {
    static let expected = "retries that lie apart: a pair index below 0.36"
    static let limit = 0.36
    /// A shorter delay cannot be told from the scatter of starting processes.
    static let shortestDelay = 0.25
    static let budget = 30.0

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.workers) else {
            return .conclude(.noCommand(.workers, expected: expected))
        }
        return afterLadder(evidence, expected: expected) { gate, ladder, _ in
            guard let index = ladder.delays.firstIndex(where: { $0.median >= shortestDelay }) else {
                let actual =
                    if !ladder.isCutShort, let longest = ladder.delays.map(\.median).max() {
                        "no delay of its own reaches 250 ms (the longest median is \(Wording.span(longest))), and "
                            + "shorter ones cannot be told from noise"
                    } else {
                        "the server was late at too many of its retries to know its own delays"
                    }
                return .conclude(Finding(.inconclusive, expected: expected, actual: actual))
            }
            let plan = Plan(evidence, gate, ladder, failures: index + 1)
            let rounds = plan.rounds(evidence, plan.client)
            let references = plan.rounds(evidence, plan.reference)
            guard plan.isDone(rounds, references) else {
                // One round at a time: how many fit is seen from those that were made, and the references lie between.
                let next = rounds.count + 1
                return .run(
                    evidence.missing([
                        RunRequest(plan.client, count: next),
                        RunRequest(plan.reference, count: plan.references(for: next)),
                    ]))
            }
            return .conclude(judge(plan, rounds, references).showing(picture(plan, rounds, references)))
        }
    }

    struct Plan {
        var client: RunRequest.Kind
        var reference: RunRequest.Kind
        var delay: Double
        var failures: Int
        var workers: Int
        var least = 5
        var most: Int
        /// A round of the reference for every so many of the client.
        var interval: Int

        init(_ evidence: Evidence, _ gate: Gate, _ ladder: Ladder, failures: Int) {
            let quick = evidence.thoroughness == .quick
            workers = quick ? 8 : 20
            most = quick ? 5 : 10
            interval = quick ? 3 : 2
            self.failures = failures
            delay = ladder.delays[failures - 1].median
            let status = gate.retriesUnavailable ? 503 : 429
            // Rounded, so that the request stays the same while the rule is asked again and again.
            let steady = Duration.milliseconds(max(250, Int64((delay * 20).rounded()) * 50))
            let ladderTime = ladder.delays.prefix(failures).reduce(0) { $0 + $1.median }
            let limit = Duration.seconds(Int64(3 * ladderTime) + 30)
            client = Scenarios.herd(
                failures: failures, status: status, workers: workers, client: .underTest, limit: limit)
            reference = Scenarios.herd(
                failures: 1, status: status, workers: workers, client: .constantDelay(steady), limit: limit)
        }

        func rounds(_ evidence: Evidence, _ kind: RunRequest.Kind) -> [[Run]] {
            (evidence.runs[kind] ?? []).rounds(of: workers)
        }

        func references(for rounds: Int) -> Int { (rounds + interval - 1) / interval }

        func isDone(_ rounds: [[Run]], _ references: [[Run]]) -> Bool {
            guard rounds.count >= least, references.count >= self.references(for: rounds.count) else { return false }
            if rounds.count >= most { return true }
            let spent = (rounds + references).reduce(0.0) { $0 + ($1.map(\.duration).max() ?? 0) }
            return spent + spent / Double(rounds.count) > budget
        }
    }

    static func judge(_ plan: Plan, _ rounds: [[Run]], _ references: [[Run]]) -> Finding {
        let events = rounds.map { Release($0, failures: plan.failures) }
        let steady = references.map { Release($0, failures: 1) }
        let usable = events.filter { $0.flaw(plan.delay) == nil }
        let usableSteady = steady.filter { $0.flaw(plan.delay) == nil }
        var lines = events.enumerated().map { number, event in
            let flaw = event.flaw(plan.delay)
            return EvidenceLine(
                "round \(number + 1): \(flaw ?? event.description)",
                speaksAgainst: flaw == nil && event.pairIndex > limit)
        }
        func inconclusive(_ actual: String) -> Finding {
            Finding(.inconclusive, expected: expected, actual: actual, evidence: lines)
        }
        guard Double(usable.count) >= Tolerance.keptShare * Double(events.count), usable.count >= 3 else {
            let flaw = events.lazy.compactMap { $0.flaw(plan.delay) }.first ?? "too few rounds"
            return inconclusive("only \(usable.count) of \(events.count) rounds can be used: \(flaw)")
        }
        guard !usableSteady.isEmpty else {
            return inconclusive("no round of the client without jitter can be used")
        }
        let noise = Sample(usableSteady.map(\.pairIndex)).mean
        let scatter = Sample(usableSteady.map { TrimmedRange($0.delays).width }).median
        lines.append(
            EvidenceLine(
                "built-in client without jitter: pair index \(Wording.decimal(noise, places: 2)), scattered over "
                    + Wording.span(scatter)))
        if noise < 0.8 || scatter > plan.delay / 10 {
            return inconclusive(
                "even a client without jitter scatters here: pair index \(Wording.decimal(noise, places: 2)) over "
                    + Wording.span(scatter))
        }
        let interval = MeanInterval(usable.map(\.pairIndex), leastError: 0.01)
        let close = Sample(usable.map { pairCoincidence($0.arrivals, window: 0.05) }).mean
        let closeSteady = Sample(usableSteady.map { pairCoincidence($0.arrivals, window: 0.05) }).mean
        let peak = Sample(usable.map { peakShare($0.arrivals, window: 0.1) }).mean
        lines.append(
            EvidenceLine(
                "retry \(plan.failures), \(Wording.seconds(plan.delay)) after the refusal, \(plan.workers) workers: "
                    + "\(Wording.percent(peak)) within one tenth of a second, pairs within 50 ms "
                    + "\(Wording.decimal(close, places: 2)), \(Wording.percent(1 - close / max(closeSteady, 0.01))) "
                    + "fewer than without jitter"))
        let actual =
            "\(plan.workers) workers refused together come back with a pair index of "
            + "\(Wording.decimal(interval.mean, places: 2)) over \(Wording.count(usable.count, "round")) "
            + "(a herd is 1, full jitter 0.1), the busiest tenth of a second holding \(Wording.percent(peak))"
        let verdict: Verdict =
            interval.upper < limit ? .pass : interval.lower > limit ? .fail : .inconclusive
        return Finding(
            verdict, expected: expected, actual: actual,
            evidence: lines,
            classification: verdict == .fail ? "herd" : verdict == .pass ? "spread" : nil)
    }

    /// The most typical round, and one of the client without jitter beside it.
    ///
    /// One round each, never the sum: a herd that comes back at another moment in every round would look spread.
    static func picture(_ plan: Plan, _ rounds: [[Run]], _ references: [[Run]]) -> Picture {
        func typical(_ rounds: [[Run]], failures: Int) -> (number: Int, release: Release)? {
            let events = rounds.map { Release($0, failures: failures) }
            let usable = events.enumerated().filter { !$0.element.arrivals.isEmpty }
            let middle = Sample(usable.map(\.element.pairIndex)).median
            return usable.min { abs($0.element.pairIndex - middle) < abs($1.element.pairIndex - middle) }
                .map { ($0.offset + 1, $0.element) }
        }
        func times(_ release: Release) -> [Double] {
            let start = Sample(release.releases).mean
            return release.arrivals.map { $0 - start }
        }
        var groups: [(name: String, times: [Double], isReference: Bool)] = []
        if let (number, release) = typical(rounds, failures: plan.failures) {
            groups.append(("round \(number) of \(rounds.count)", times(release), false))
        }
        if let (_, release) = typical(references, failures: 1) {
            groups.append(("a client without jitter", times(release), true))
        }
        return .histogram(
            Histogram(
                title: "Arrivals of \(plan.workers) workers after their common refusal", origin: "the refusal",
                binWidth: max(0.01, 0.05 * plan.delay), of: groups))
    }

    /// So many calls that fail at the same time are a common failure.
    private static let leastCalls = 8
    /// What noise scatters at most, in seconds: a journal has no client without jitter to measure it.
    private static let mostNoise = 0.075

    /// Calls of a journal that failed together the first time, and when they came back.
    ///
    /// Later failures do not count: only those who came back together fail together again.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let events = commonFailures(calls, observation)
            guard !events.isEmpty else {
                return Finding(
                    .notApplicable, expected: expected,
                    actual: "no \(leastCalls) calls failed together where nothing announced a wait")
            }
            let flaws = events.map { event in
                let delay = Sample(event.delays).median
                return delay < shortestDelay ? "its delays are below 250 ms" : event.flaw(delay)
            }
            let usable = zip(events, flaws).filter { $0.1 == nil }.map(\.0)
            let lines = zip(events, flaws).enumerated().map { number, pair in
                EvidenceLine(
                    "common failure \(number + 1): \(pair.1 ?? pair.0.description)",
                    speaksAgainst: pair.1 == nil && pair.0.pairIndex > limit)
            }
            func finding(_ verdict: Verdict, _ actual: String) -> Finding {
                Finding(verdict, expected: expected, actual: actual, evidence: lines)
            }
            guard usable.count >= 5 else {
                return finding(
                    .inconclusive,
                    "only \(Wording.share(usable.count, of: events.count, "common failure")) can be used; 5 are needed")
            }
            let interval = MeanInterval(usable.map(\.pairIndex), leastError: 0.01)
            let actual =
                "calls that failed together come back with a pair index of "
                + "\(Wording.decimal(interval.mean, places: 2)) over \(Wording.count(usable.count, "common failure")) "
                + "(a herd is 1, full jitter 0.1)"
            if interval.lower > limit { return finding(.fail, actual) }
            let scatter = Sample(usable.map { TrimmedRange($0.delays).width }).median
            guard interval.upper < limit, scatter > mostNoise else { return finding(.inconclusive, actual) }
            return finding(.pass, actual)
        }
    }

    /// Groups of calls whose first attempts failed within a twentieth of a second, without a hint.
    private static func commonFailures(_ calls: [Call], _ observation: Observation) -> [Release] {
        let failed = calls.compactMap { call -> (at: Instant, run: Run)? in
            guard let first = call.exchanges.first, first.asksToComeBack, let replied = first.repliedAt,
                first.reply?.fields["Retry-After"] == nil
            else { return nil }
            return (
                replied,
                Run(
                    exchanges: Array(call.exchanges.prefix(2)), wall: observation.wall,
                    endedAt: call.exchanges.last?.arrivedAt ?? replied, stalls: observation.stalls)
            )
        }.sorted { $0.at < $1.at }
        var groups: [[(at: Instant, run: Run)]] = []
        for one in failed {
            if let first = groups.last?.first, one.at - first.at <= .milliseconds(50) {
                groups[groups.count - 1].append(one)
            } else {
                groups.append([one])
            }
        }
        return groups.filter { $0.count >= leastCalls }.map { Release($0.map(\.run), failures: 1) }
    }
}
