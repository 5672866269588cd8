import HTTPSemantics
import Journal

/// AT-02: a deadline bounds all attempts together.
extension Rule {
    static let at02 = Rule(
        id: "AT-02", title: "keeps its deadline",
        requirement: "A call with a deadline is over when the deadline is, with all its attempts and waits.",
        level: .practice, sources: [.grpcRetries, .elapsedTime, .buildersLibrary], profile: .deadline,
        scenarios: ["status-forever", "hung", "status-once"],
        procedure: """
            A call that must be over in 5 s, two runs each: against 503 for ever, against a server that never answers, \
            and against 503 with Retry-After 30. Fail if in both runs of one of them a request starts more than 1 s, \
            or the process ends more than 2 s, after the deadline. It counts from the first request, so that the \
            start of the process is not charged. To give up at once when told to wait for longer than is left is \
            best, and named.
            """,
        tolerances: "1 s for a request, 2 s for the end of the process. A run is ended 10 s after the deadline.",
        errorRates: """
            A false fail needs a machine that holds the process up for 2 s in both runs. A deadline that counts from the \
            start of the process is met a little early.
            """,
        next: Deadline.next)
}

enum Deadline {
    static let seconds = 5
    static let requestGrace = 1.0
    static let endGrace = 2.0
    static let expected = "no request later than 6 s, and an end within 7 s, after the first request"
    static let limit: Duration = .seconds(seconds + 10)

    static let scripts: [(name: String, kind: RunRequest.Kind)] = [
        ("503 for ever", Scenarios.statusForever(503, pacing: .free, limit: limit).withDeadline(seconds)),
        ("no answer", Scenarios.hung(limit: limit).withDeadline(seconds)),
        ("told to wait 30 s", Scenarios.statusOnce(503, hint: 30).withDeadline(seconds, limit: limit)),
    ]

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.deadline) else {
            return .conclude(.noCommand(.deadline, expected: expected))
        }
        return afterGate(evidence, expected: expected) { _ in
            let requests = scripts.map { RunRequest($0.kind, count: 2) }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let rows = zip(scripts, requests).map { script, request in
                Row(name: script.name, runs: evidence.runs(of: request).map(Outcome.init))
            }
            let picture = Picture.timeline(
                "Attempts under a deadline of \(seconds) s",
                of: rows.flatMap { row in row.runs.map { ("\(row.name), run \($0.run.round + 1)", $0.run) } })
            return .conclude(judge(rows).showing(picture))
        }
    }

    /// One run, in seconds from its first request.
    struct Outcome {
        var run: Run
        var lastRequest: Double
        var end: Double

        init(_ run: Run) {
            self.run = run
            let start = run.exchanges.first?.arrivedAt ?? run.startedAt
            lastRequest = ((run.exchanges.last?.arrivedAt ?? start) - start).inSeconds
            end = (run.endedAt - start).inSeconds
        }

        var requestsLate: Bool { lastRequest > Double(seconds) + requestGrace }
        var endsLate: Bool { end > Double(seconds) + endGrace }
        var isLate: Bool { requestsLate || endsLate }
        /// Ended by us before it could be late.
        var isOpen: Bool { run.ending == .timeUp && !endsLate }
    }

    struct Row {
        var name: String
        var runs: [Outcome]

        var lines: [EvidenceLine] {
            runs.map { outcome in
                let last =
                    outcome.run.retries == 0
                    ? "one request"
                    : "\(outcome.run.exchanges.count) requests, the last after \(Wording.seconds(outcome.lastRequest))"
                let end =
                    outcome.run.ending == .timeUp
                    ? "still running after \(Wording.seconds(outcome.end))"
                    : "\(Wording.ending(outcome.run.ending)) after \(Wording.seconds(outcome.end))"
                return EvidenceLine(
                    "\(name), run \(outcome.run.round + 1): \(last), \(end)", waited: outcome.end,
                    speaksAgainst: outcome.isLate)
            }
        }

        /// The worst of it, as a clause.
        var lateness: String {
            let latest = runs.map(\.lastRequest).max() ?? 0
            let end = runs.map(\.end).max() ?? 0
            return runs.contains(where: \.requestsLate)
                ? "a request \(Wording.seconds(latest)) after the first"
                : runs.contains { $0.run.ending == .timeUp }
                    ? "still running after \(Wording.wait(end))"
                    : "an end \(Wording.seconds(end)) after the first request"
        }
    }

    static func judge(_ rows: [Row]) -> Finding {
        let lines = rows.flatMap(\.lines)
        func finding(_ verdict: Verdict, _ actual: String, class name: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: name)
        }
        if let defect = rows.flatMap(\.runs).compactMap(\.run.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let late = rows.filter { $0.runs.allSatisfy(\.isLate) }
        if !late.isEmpty {
            return finding(
                .fail,
                "with a deadline of \(seconds) s, "
                    + Wording.list(late.map { "on \($0.name), \($0.lateness)" }))
        }
        if let doubtful = rows.first(where: { $0.runs.contains(where: \.isLate) }) {
            return finding(.inconclusive, "on \(doubtful.name) one run is late and the other is not")
        }
        if let open = rows.first(where: { $0.runs.contains(where: \.isOpen) }) {
            return finding(.inconclusive, "on \(open.name) its first request came too late to see the deadline")
        }
        let end = rows.flatMap(\.runs).map(\.end).max() ?? 0
        return finding(
            .pass, "with a deadline of \(seconds) s every call is over after \(Wording.seconds(end))",
            class: rows.last.flatMap(reaction))
    }

    /// What it does when told to wait for longer than is left.
    static func reaction(_ row: Row) -> String? {
        guard row.runs.allSatisfy({ $0.run.retries == 0 }) else { return "comes back early rather than give up" }
        return row.runs.allSatisfy { $0.end < Double(seconds) / 2 }
            ? "gives up at once when the wait is too long" : "waits until its deadline in vain"
    }
}

extension RunRequest.Kind {
    /// The same run by a command that must give up after so many seconds.
    func withDeadline(_ seconds: Int, limit: Duration? = nil) -> RunRequest.Kind {
        var kind = self
        kind.profile = .deadline
        kind.parameters["deadline"] = "\(seconds)"
        if let limit { kind.limit = limit }
        return kind
    }
}
