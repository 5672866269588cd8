import HTTPSemantics
import Journal

/// HD-02: clients that were told the same wait do not come back in the same moment.
extension Rule {
    static let hd02 = Rule(
        id: "HD-02", title: "spreads after a common Retry-After",
        requirement: "Clients that were told to wait equally long add some time of their own, at random, so that they "
            + "do not come back as a herd.",
        level: .practice, sources: [.rateLimitFields, .awsJitter], profile: .workers, scenarios: ["herd"],
        procedure: """
            20 copies of the client are held and refused together with a Retry-After above their own delay, three to \
            five times. Judged like HD-01, by the share of pairs that come back within 5 % of the wait of each other: \
            pass below 0.36 with 99 % confidence. A client that obeys to the point comes back as a herd; the server \
            asked for it, so that is inconclusive and never fails. A client that comes back early is not judged. Before \
            it passes, two rounds of a built-in client without jitter must be a herd here (0.8 or more).
            """,
        tolerances: "A window of 5 % of the wait; 25 ms early.",
        errorRates: """
            Simulated, 1,000 gradings each: exact waits and up to 10 % on top never pass; 0 to 50 % on top passes in 97 %. \
            Around 25 %, the limit, most stay undecided.
            """,
        next: HintedHerd.next)
}

private enum HintedHerd {
    static let expected = "retries that lie apart: a pair index below 0.36"
    static let limit = 0.36
    static let workers = 20
    static let least = 3
    static let most = 5
    static let references = 2

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.workers) else {
            return .conclude(.noCommand(.workers, expected: expected))
        }
        return afterGate(evidence, expected: expected) { gate in
            let wait = AnnouncedWait(gate, evidence.thoroughness)
            guard !wait.needsComparison else {
                return .conclude(.ownDelayTooLong(gate, expected: expected))
            }
            let status = gate.retriesUnavailable ? 503 : 429
            let seconds = Duration.seconds(wait.first)
            let client = Scenarios.herd(
                failures: 1, status: status, hint: wait.first, workers: workers, client: .underTest,
                limit: seconds + .seconds(40))
            let reference = Scenarios.herd(
                failures: 1, status: status, workers: workers, client: .constantDelay(seconds),
                limit: seconds + .seconds(40))
            let runs = evidence.runs[client] ?? []
            let rounds = runs.rounds(of: workers)
            guard rounds.count >= least else { return .run([RunRequest(client, count: least)]) }
            let judgement = Judgement(rounds, wait: Double(wait.first))
            if let finding = judgement.objection { return .conclude(finding) }
            guard rounds.count >= most || judgement.isHerd else {
                return .run([RunRequest(client, count: rounds.count + 1)])
            }
            guard judgement.isSpread else { return .conclude(judgement.exact) }
            let steady = (evidence.runs[reference] ?? []).rounds(of: workers)
            guard steady.count >= references else { return .run([RunRequest(reference, count: references)]) }
            return .conclude(judgement.spread(steady))
        }
    }

    struct Judgement {
        var events: [Release]
        var wait: Double
        var runs: [Run]

        init(_ rounds: [[Run]], wait: Double) {
            runs = rounds.flatMap { $0 }
            events = rounds.map { Release($0, failures: 1) }
            self.wait = wait
        }

        var usable: [Release] { events.filter { $0.flaw(wait) == nil } }
        var interval: MeanInterval { MeanInterval(usable.map(\.pairIndex), leastError: 0.01) }
        var isHerd: Bool { interval.lower > limit }
        var isSpread: Bool { interval.upper < limit }

        var lines: [EvidenceLine] {
            events.enumerated().map { number, event in
                let added = Sample(event.delays.map { $0 - wait })
                return EvidenceLine(
                    "round \(number + 1): "
                        + (event.flaw(wait)
                            ?? "\(event.description), \(Wording.span(added.median)) after the wait as a median"),
                    asked: wait, waited: Sample(event.delays).median)
            }
        }

        func finding(
            _ verdict: Verdict, _ actual: String, notes: [String] = [], class name: String? = nil,
            more: [EvidenceLine] = []
        ) -> Finding {
            let finding = Finding(
                verdict, expected: expected, actual: actual, evidence: lines + more, notes: notes, classification: name)
            return usable.first.map { finding.showing(.arrivals($0, after: wait)) } ?? finding
        }

        /// Why it cannot be judged at all.
        var objection: Finding? {
            let delays = events.flatMap(\.delays)
            if delays.isEmpty, runs.allSatisfy({ $0.exchanges.count == 1 }) {
                return finding(
                    .notApplicable, "it does not come back after a response with Retry-After", class: "gives up")
            }
            if delays.contains(where: { $0 < wait - Tolerance.early }) {
                return finding(.notApplicable, "it does not wait as long as it is asked to (see RA-01)")
            }
            let flaws = events.compactMap { $0.flaw(wait) }
            if let flaw = flaws.first, usable.count < 2 {
                return finding(.inconclusive, "only \(usable.count) of \(events.count) rounds can be used: \(flaw)")
            }
            return nil
        }

        var index: String { Wording.decimal(interval.mean, places: 2) }

        /// It came back as a herd, or nearly so.
        var exact: Finding {
            finding(
                .inconclusive,
                "\(workers) workers told to wait \(Wording.wait(wait)) come back with a pair index of \(index), which is "
                    + (isHerd ? "a herd, as the server asked" : "neither a herd nor apart"),
                notes: isHerd ? ["it adds no jitter to an announced wait"] : [],
                class: isHerd ? "exact" : "adds a little jitter")
        }

        func spread(_ steady: [[Run]]) -> Finding {
            let usable = steady.map { Release($0, failures: 1) }.filter { $0.flaw(wait) == nil }
            guard !usable.isEmpty else {
                return finding(.inconclusive, "no round of the client without jitter can be used")
            }
            let noise = Sample(usable.map(\.pairIndex)).mean
            let line = EvidenceLine(
                "built-in client without jitter: pair index \(Wording.decimal(noise, places: 2))")
            guard noise >= 0.8 else {
                return finding(
                    .inconclusive,
                    "even a client without jitter scatters here: pair index \(Wording.decimal(noise, places: 2))",
                    more: [line])
            }
            return finding(
                .pass,
                "\(workers) workers told to wait \(Wording.wait(wait)) come back with a pair index of \(index) over "
                    + Wording.count(events.count, "round"), class: "adds jitter", more: [line])
        }
    }
}

extension Picture {
    /// The first round that can be used, from the refusal on.
    fileprivate static func arrivals(_ release: Release, after wait: Double) -> Picture {
        let start = Sample(release.releases).mean
        return .histogram(
            Histogram(
                title: "Arrivals of \(release.workers) workers told to wait \(Wording.wait(wait))",
                origin: "the refusal", binWidth: 0.05 * wait,
                of: [("the first round", release.arrivals.map { $0 - start }, false)]))
    }
}
