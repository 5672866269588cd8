import HTTPSemantics
import Journal

/// AT-01: a call ends some time.
extension Rule {
    static let at01 = Rule(
        id: "AT-01", title: "bounds its attempts",
        requirement: "One call sends a bounded number of requests, however long the upstream refuses.",
        level: .practice, sources: [.retryStorm, .awsRetries, .grpcRetries, .buildersLibrary], profile: .get,
        scenarios: ["status-forever", "refused-forever"],
        procedure: """
            Three upstreams that never recover, two runs each: 503 without a hint, the dialect's refusal without a \
            hint, and the refusal with a hint of 1 s (stacked retry loops often show only on the last). The largest \
            count is judged: fail above 30 requests (or above what the client declares), or if it still tries \
            again at the end with less than 10 s between tries; pass if it stops by itself; inconclusive if it goes on \
            with longer pauses. Ladders that begin anew after a longer pause are named: one retry loop around another.
            """,
        tolerances: "A run is watched for 50 s in standard and 120 s in full; at 1,000 requests it is cut off.",
        errorRates: "Exact within the time of observation.",
        settings: ["most": "how many requests one call may send, the first included; 30"],
        next: Attempts.next, observe: Attempts.observe)
}

private enum Attempts {
    static let defaultMost = 30
    static let shortPause = 10.0

    static func most(_ settings: [String: String], _ declared: Int? = nil) -> Int {
        settings["most"].flatMap { Int($0) } ?? declared ?? defaultMost
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        let most = most(evidence.settings, evidence.declared.attemptCap)
        let expected = "at most \(most) requests for one call, and an end by itself"
        let limit = Ladder.observation(evidence.thoroughness)
        return afterGate(evidence, expected: expected) { gate in
            let scripts = Scenarios.neverRecovering(evidence.thoroughness, announce: gate.refusalsAnnounce)
            let requests = scripts.map { RunRequest($0.kind, count: 2) }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let rows = zip(scripts, requests).map { script, request in
                Row(name: script.name, runs: evidence.runs(of: request), limit: limit)
            }
            let picture = Picture.timeline(
                "Requests of one call",
                of: rows.compactMap { row in
                    row.busiest.map { (row.name, $0) }
                })
            return .conclude(judge(rows, most: most, expected: expected).showing(picture))
        }
    }

    struct Row {
        var name: String
        var runs: [Run]
        var limit: Duration

        var count: Int { runs.map(\.exchanges.count).max() ?? 0 }
        /// The run with the most requests.
        var busiest: Run? { runs.max { $0.exchanges.count < $1.exchanges.count } }
        var agrees: Bool { Set(runs.map(\.exchanges.count)).count == 1 }

        var pauses: [Double] { (busiest?.gaps ?? []).compactMap { $0?.waited } }
        var goesOn: Bool { runs.contains { $0.ending == .timeUp || $0.ending == .tooManyRequests } && count > 1 }

        var line: String {
            guard let busiest else { return name }
            let counts = runs.map { String($0.exchanges.count) }.joined(separator: " and ")
            let end =
                goesOn && busiest.ending != .tooManyRequests
                ? "still trying after \(Wording.wait(limit.inSeconds))" : Wording.ending(busiest.ending)
            return "\(name): \(counts) requests, then \(end)"
        }
    }

    static func judge(_ rows: [Row], most: Int, expected: String) -> Finding {
        if let defect = rows.flatMap(\.runs).compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        guard let worst = rows.max(by: { $0.count < $1.count }) else {
            return Finding(.inconclusive, expected: expected, actual: "nothing was run")
        }
        var notes: [String] = []
        for row in rows {
            if let nesting = NestedLoops(row.pauses) {
                notes.append("one call became \(row.count) requests on \(row.name): \(nesting.description)")
            }
        }
        let disagreeing = rows.filter { !$0.agrees && !$0.goesOn }
        func finding(_ verdict: Verdict, _ actual: String, against: [Row] = []) -> Finding {
            Finding(
                verdict, expected: expected, actual: actual,
                evidence: rows.map { row in
                    EvidenceLine(row.line, speaksAgainst: against.contains { $0.name == row.name })
                }, notes: notes,
                classification: notes.isEmpty
                    ? disagreeing.isEmpty ? "\(worst.count) requests at most" : "bounded by time rather than by number"
                    : "nested retry loops")
        }
        let became = "one call became \(Wording.count(worst.count, "request")) on \(worst.name)"
        let tooMany = rows.filter { $0.count > most }
        if !tooMany.isEmpty { return finding(.fail, became, against: tooMany) }
        let endless = rows.filter { $0.goesOn && Sample($0.pauses).mean < shortPause }
        if let first = endless.max(by: { $0.count < $1.count }) {
            return finding(
                .fail,
                "one call became \(Wording.count(first.count, "request")) on \(first.name) and was not over after "
                    + "\(Wording.wait(first.limit.inSeconds)), one every \(Wording.wait(Sample(first.pauses).mean))",
                against: endless)
        }
        if let slow = rows.first(where: \.goesOn) {
            return finding(
                .inconclusive,
                "\(became); on \(slow.name) it was not over after \(Wording.wait(slow.limit.inSeconds)), with "
                    + "\(Wording.wait(Sample(slow.pauses).mean)) between requests")
        }
        return finding(.pass, "\(became), then it stopped by itself")
    }

    static func observe(_ observation: Observation) -> Finding {
        let most = most(observation.settings)
        let expected = "at most \(most) requests for one call"
        return judgeObservation(observation, expected: expected) { calls in
            let lines = calls.filter { $0.exchanges.count > most }.map {
                EvidenceLine("\($0.name): \($0.exchanges.count) requests", speaksAgainst: true)
            }
            let largest = calls.map(\.exchanges.count).max() ?? 0
            return Finding(
                lines.isEmpty ? .pass : .fail, expected: expected,
                actual: "one call became \(Wording.count(largest, "request")) at most", evidence: lines)
        }
    }
}
