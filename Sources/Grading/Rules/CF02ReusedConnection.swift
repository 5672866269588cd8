import HTTPSemantics
import Journal

/// CF-02: a connection that dies when it is used again is no reason to fail.
extension Rule {
    static let cf02 = Rule(
        id: "CF-02", title: "survives the end of a kept connection",
        requirement: "Where a kept connection breaks under a later GET, the client sends it again on a new one.",
        level: .should, sources: [.retryingRequests, .connectionEnd], profile: .many,
        scenarios: ["reused-connection"],
        procedure: """
            Three GETs from one process, one after the other. The first is answered and its connection kept, the second \
            is read and the connection reset. Three runs. Pass if the second GET comes again on another connection. \
            Fail if it does not in any run, although the client does try again where a fresh connection is reset. Not \
            applicable where it opens a connection for each call, or never retries a broken one.
            """,
        tolerances: "None: the request came again or it did not.",
        errorRates: """
            Exact. That a client goes on sending on a connection after Connection: close (a MUST NOT) is not seen: the \
            server closes it together with that response.
            """,
        next: ReusedConnection.next)
}

private enum ReusedConnection {
    static let expected = "the GET whose kept connection was reset again on another connection"
    /// Three calls, of which the second breaks on the connection of the first.
    static let kept = RunRequest(
        .many(
            "reused-connection", parameters: ["answered": "1"], requests: 3, concurrency: 1, limit: Scenarios.patience),
        count: 3)
    /// One call, which breaks on a fresh connection.
    static let fresh = RunRequest(
        .many(
            "reused-connection", parameters: ["answered": "0"], requests: 1, concurrency: 1, limit: Scenarios.patience),
        count: 2)

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        return afterGate(evidence, expected: expected) { _ in
            let missing = evidence.missing([kept, fresh])
            guard missing.isEmpty else { return .run(missing) }
            let runs = evidence.runs(of: kept)
            let picture = Picture.timeline(
                "Calls, the second on a connection that is reset", of: runs.map { ("run \($0.round + 1)", $0) })
            return .conclude(judge(runs, fresh: evidence.runs(of: fresh)).showing(picture))
        }
    }

    private enum Outcome { case recovered, lost, notReused }

    static func judge(_ runs: [Run], fresh: [Run]) -> Finding {
        if let defect = (runs + fresh).compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        var outcomes: [Outcome] = []
        var lines: [EvidenceLine] = []
        for run in runs {
            let name = "run \(run.round + 1)"
            guard let position = run.exchanges.firstIndex(where: { $0.abort == .fault }), position > 0 else {
                return Finding(
                    .inconclusive, expected: expected, actual: run.defect(ofCalls: 2) ?? "no connection was reset",
                    evidence: lines)
            }
            let broken = run.exchanges[position]
            let earlier = run.exchanges[..<position]
            let again = run.exchanges[(position + 1)...].first { $0.arrival.target == broken.arrival.target }
            if !earlier.contains(where: { $0.arrival.connection == broken.arrival.connection }) {
                outcomes.append(.notReused)
                lines.append(EvidenceLine("\(name): a connection of its own for each call"))
            } else if let again {
                outcomes.append(.recovered)
                let wait = broken.repliedAt.map { Wording.span((again.arrivedAt - $0).inSeconds) }
                lines.append(
                    EvidenceLine(
                        "\(name): \(broken.arrival.target) again on connection \(again.arrival.connection)"
                            + (wait.map { " after \($0)" } ?? "")))
            } else {
                outcomes.append(.lost)
                lines.append(
                    EvidenceLine(
                        "\(name): \(broken.arrival.target) never came again, \(Wording.ending(run.ending))",
                        speaksAgainst: true))
            }
        }
        let retriesFresh = fresh.contains { $0.retries > 0 }
        func finding(_ verdict: Verdict, _ actual: String) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        let reused = outcomes.filter { $0 != .notReused }
        guard !reused.isEmpty else { return finding(.notApplicable, "it uses no connection twice") }
        let lost = reused.count { $0 == .lost }
        if lost == 0 {
            return finding(.pass, "the GET came again in \(Wording.count(reused.count, "run"))")
        }
        guard retriesFresh else {
            return finding(
                lost == reused.count ? .notApplicable : .inconclusive,
                "it does not try again where a connection is reset, kept or fresh")
        }
        if lost == reused.count {
            return finding(.fail, "it tries again where a fresh connection is reset, but not where a kept one is")
        }
        return finding(.inconclusive, "the GET came again in \(reused.count - lost) of \(reused.count) runs")
    }
}
