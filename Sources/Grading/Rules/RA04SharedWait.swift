import HTTPSemantics
import Journal

/// RA-04: a refusal that concerns all calls stops all of them.
extension Rule {
    static let ra04 = Rule(
        id: "RA-04", title: "lets a refusal stop all its calls",
        requirement: "While the quota of all calls is announced as used up, no call begins or goes on.",
        level: .practice, sources: [.github, .rateLimitFields], profile: .many, scenarios: ["quota-spent"],
        procedure: """
            Twenty calls, five at a time. The first is answered 429 with Retry-After: 3 and RateLimit: "q";r=0;t=3; all \
            others would succeed, after 200 ms each. Requests of the other calls that begin during the wait are \
            counted, three runs: fail with three or more in at least two runs, pass with none in all of them. \
            Inconclusive in between, and where nothing was left to begin.
            """,
        tolerances: """
            What begins in the first 100 ms after the refusal was on its way already; 25 ms early, for the client's own \
            timer. Arrivals near a stall of the server are not counted.
            """,
        errorRates: """
            Simulated, 1,000 gradings each: five workers of which each waits for itself fail always, a gate for all \
            of them passes always.
            """,
        next: SharedWait.next)
}

private enum SharedWait {
    static let expected = "no request of any call while the quota is announced as used up"
    static let wait = 3.0
    /// What begins so soon after the refusal was on its way already, in seconds.
    static let underWay = 0.1
    static let many = 3

    static let request = RunRequest(
        .many("quota-spent", requests: 20, concurrency: 5, limit: .seconds(20)), count: 3)

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        return afterGate(evidence, expected: expected) { _ in
            let missing = evidence.missing([request])
            guard missing.isEmpty else { return .run(missing) }
            let runs = evidence.runs(of: request)
            return .conclude(judge(runs).showing(picture(runs)))
        }
    }

    /// When requests came after the refusal, the refused call's own too.
    static func picture(_ runs: [Run]) -> Picture {
        .histogram(
            Histogram(
                title: "Requests after the refusal, which asked for \(Wording.wait(wait))", origin: "the refusal",
                binWidth: 0.1,
                of: runs.compactMap { run in
                    guard let refused = run.exchanges.first(where: { $0.reply?.status == 429 })?.repliedAt else {
                        return nil
                    }
                    let times = run.exchanges.map { ($0.arrivedAt - refused).inSeconds }.filter { $0 > 0 }
                    return ("run \(run.round + 1)", times, false)
                }))
    }

    /// What one run shows.
    struct Reading {
        /// Requests of other calls that began during the wait.
        var intruding = 0
        /// Those that may have been under way before it: the server was late.
        var doubtful = 0
        /// Requests of other calls that began after it.
        var later = 0
        /// Calls that had begun when the refusal came.
        var underWay = 0

        init?(_ run: Run) {
            guard let refused = run.exchanges.first(where: { $0.reply?.status == 429 }),
                let from = refused.endedAt, let until = refused.repliedAt
            else { return nil }
            for exchange in run.exchanges where exchange.arrival.target != refused.arrival.target {
                let sinceEnd = (exchange.arrivedAt - from).inSeconds
                let sinceBegin = (exchange.arrivedAt - until).inSeconds
                if sinceEnd <= SharedWait.underWay {
                    underWay += 1
                } else if sinceBegin >= SharedWait.wait - Tolerance.early {
                    later += 1
                } else if run.stalls.areNear(exchange.arrivedAt) {
                    doubtful += 1
                } else {
                    intruding += 1
                }
            }
        }
    }

    static func judge(_ runs: [Run]) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        if let defect = runs.compactMap({ $0.defect(ofCalls: request.kind.requests) }).first {
            return finding(.inconclusive, defect)
        }
        let readings = runs.compactMap(Reading.init)
        guard readings.count == runs.count else { return finding(.inconclusive, "the refusal was never sent") }
        let lines = zip(runs, readings).map { run, reading in
            EvidenceLine(
                "run \(run.round + 1): \(Wording.count(reading.intruding, "request")) during the wait, "
                    + "\(reading.underWay) under way before it, \(reading.later) after it", asked: wait,
                speaksAgainst: reading.intruding >= many)
        }
        guard readings.allSatisfy({ $0.underWay > 0 }) else {
            return finding(.notApplicable, "it makes one call at a time, so there are no others to stop", lines)
        }
        let intruded = readings.count { $0.intruding >= many }
        if 3 * intruded >= 2 * readings.count {
            let most = readings.map(\.intruding).max() ?? 0
            return finding(
                .fail, "up to \(Wording.count(most, "request")) of other calls began during the announced wait", lines)
        }
        if readings.contains(where: { $0.intruding > 0 }) {
            return finding(.inconclusive, "a few requests began during the wait", lines)
        }
        if readings.contains(where: { $0.doubtful > 0 }) {
            return finding(.inconclusive, "the server was late whenever a request came during the wait", lines)
        }
        guard readings.allSatisfy({ $0.later > 0 }) else {
            return finding(.inconclusive, "all calls had begun before the wait, so there was nothing to stop", lines)
        }
        return finding(.pass, "no call began during the wait, in \(Wording.count(runs.count, "run"))", lines)
    }
}
