import HTTPSemantics
import Journal

/// CF-01: broken connections are met with restraint.
extension Rule {
    static let cf01 = Rule(
        id: "CF-01", title: "retries a broken GET with restraint",
        requirement: "A GET whose connection broke before a response may be sent again: with pauses, and not without "
            + "end.",
        level: .practice, sources: [.idempotentMethods, .retryingRequests, .retryStorm], profile: .get,
        scenarios: ["broken-forever"],
        procedure: """
            Every connection is reset after the request, or closed after the request, or closed within the header \
            section of the response; two runs each, watched for 35 s. Fail if in both runs of \
            one kind two pauses in a row are below 10 ms, or the mean of four or more is below 20 ms, or more \
            requests come than 30 or what the client declares. Not applicable if it tries none of them again, which is \
            legal. Which it does is named.
            """,
        tolerances: "None: nothing makes a pause look shorter than it was. The first retry may be immediate.",
        errorRates: """
            Exact for fixed delays. Simulated, 1,000 gradings: full jitter on a base of 50 ms fails in 0.4 % \
            with three retries, in 0.1 % with two or with seven.
            """,
        settings: ["most": "how many requests one call may send, the first included; 30"],
        next: BrokenConnections.next, observe: BrokenConnections.observe)
}

private enum BrokenConnections {
    static let expected = "pauses between attempts, and an end"
    static let defaultMost = 30
    static let hot = 0.01
    static let least = 0.02
    static let breaks: [(name: String, point: String, action: String)] = [
        ("reset", "request", "reset"), ("closed", "request", "close"),
        ("cut within the header", "headers 50 %", "close"),
    ]

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { _ in
            let requests = breaks.map {
                RunRequest(Scenarios.brokenForever(after: $0.point, $0.action), count: 2)
            }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let most =
                evidence.settings["most"].flatMap { Int($0) } ?? evidence.declared.attemptCap ?? defaultMost
            let rows = zip(breaks, requests).map { Row(name: $0.name, runs: evidence.runs(of: $1), most: most) }
            let picture = Picture.timeline(
                "Attempts where connections break",
                of: rows.flatMap { row in row.runs.map { ("\(row.name), run \($0.round + 1)", $0) } })
            return .conclude(judge(rows).showing(picture))
        }
    }

    /// Whether the pauses of one call are none.
    static func isHot(_ gaps: [Gap?]) -> Bool {
        let waits = gaps.compactMap { $0?.waited }
        let pair = zip(waits, waits.dropFirst()).contains { $0 < hot && $1 < hot }
        return pair || (waits.count >= 4 && Sample(waits).mean < least)
    }

    struct Row {
        var name: String
        var runs: [Run]
        var most: Int

        var isRetried: Bool { runs.contains { $0.retries > 0 } }
        var hotRuns: Int { runs.count { BrokenConnections.isHot($0.gaps) } }
        var count: Int { runs.map(\.exchanges.count).max() ?? 0 }
        var isWaiting: Bool { !isRetried && runs.contains { $0.ending == .timeUp } }

        var lines: [EvidenceLine] {
            runs.map { run in
                let text =
                    run.retries == 0
                    ? "not tried again, \(Wording.ending(run.ending))"
                    : "\(run.exchanges.count) requests, pauses of \(Wording.pauses(run.gaps))"
                return EvidenceLine(
                    "\(name), run \(run.round + 1): \(text)", waited: run.gaps.first??.waited,
                    speaksAgainst: BrokenConnections.isHot(run.gaps) || run.exchanges.count > most)
            }
        }
    }

    static func judge(_ rows: [Row]) -> Finding {
        let runs = rows.flatMap(\.runs)
        if let defect = runs.compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let lines = rows.flatMap(\.lines)
        let retried = rows.filter(\.isRetried).map(\.name)
        let name =
            retried.isEmpty
            ? "does not retry broken connections" : "retries connections that are \(Wording.list(retried))"
        // A body that never came must not be taken for one.
        let mistaken = rows.filter { $0.runs.contains { $0.ending == .exited(0) } }.map(\.name)
        let notes = mistaken.map { "it ends with 0 though every connection was \($0)" }
        func finding(_ verdict: Verdict, _ actual: String, class name: String) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, notes: notes, classification: name)
        }
        if runs.contains(where: { $0.exchanges[0].abort != .fault }) {
            return finding(.inconclusive, "a connection was not broken as the scenario says", class: name)
        }
        let hot = rows.filter { $0.hotRuns == $0.runs.count }
        if let first = hot.first {
            return finding(
                .fail,
                "it tries again without a pause where connections are \(Wording.list(hot.map(\.name))): "
                    + Wording.count(first.count, "request"), class: "hot loop")
        }
        if let endless = rows.filter({ $0.count > $0.most }).max(by: { $0.count < $1.count }) {
            return finding(
                .fail, "one call became \(endless.count) requests where connections are \(endless.name)",
                class: "unbounded")
        }
        guard !retried.isEmpty else {
            return rows.contains(where: \.isWaiting)
                ? finding(.inconclusive, "it was still waiting when the run was ended", class: name)
                : finding(.notApplicable, "it does not try again when a connection breaks, which is legal", class: name)
        }
        if let doubtful = rows.first(where: { $0.hotRuns > 0 }) {
            return finding(
                .inconclusive, "one run of two has no pauses where connections are \(doubtful.name)", class: name)
        }
        let most = rows.map(\.count).max() ?? 0
        return finding(
            .pass, "it tries again, with pauses; one call became \(Wording.count(most, "request")) at most", class: name
        )
    }

    /// GET and other idempotent requests of a journal whose connections broke.
    static func observe(_ observation: Observation) -> Finding {
        let most = observation.settings["most"].flatMap { Int($0) } ?? defaultMost
        return judgeObservation(observation, expected: expected) { calls in
            let broken = calls.filter { call in
                !call.exchanges[0].arrival.isUnsafe && call.exchanges.dropLast().contains { $0.abort == .fault }
            }
            guard !broken.isEmpty else {
                return Finding(
                    .notApplicable, expected: expected, actual: "no request was repeated after its connection broke")
            }
            let lines = broken.map { call -> EvidenceLine in
                let pauses = zip(call.exchanges, gaps(of: call.exchanges, stalls: observation.stalls)).map {
                    $0.abort == .fault ? $1 : nil
                }
                return EvidenceLine(
                    "\(call.name): \(call.exchanges.count) requests, pauses of \(Wording.pauses(pauses))",
                    speaksAgainst: isHot(pauses) || call.exchanges.count > most)
            }
            let against = lines.count(where: \.speaksAgainst)
            return Finding(
                against > 0 ? .fail : .pass, expected: expected,
                actual: against > 0
                    ? "\(Wording.share(against, of: lines.count, "call")) went on without a pause or without an end"
                    : "\(Wording.count(lines.count, "call")) went on with pauses", evidence: lines)
        }
    }
}
