import HTTPSemantics
import Journal

/// CF-03: a server that never answers is left.
extension Rule {
    static let cf03 = Rule(
        id: "CF-03", title: "leaves a server that hangs",
        requirement: "A request that is never answered times out, and its connection is closed before others pile up "
            + "beside it.",
        level: .practice, sources: [.buildersLibrary, .grpcRetries], profile: .get, scenarios: ["hung"],
        procedure: """
            Requests are read and never answered, watched for 60 s; with {deadline} in the command also under a deadline \
            of 5 s, the runs of AT-02. Fail if an attempt is still open when the second after it arrives (unless hedging \
            is declared), or if a call with a deadline of 5 s still runs after 15 s. Pass if attempts are closed, or the \
            call ends. Inconclusive if without a deadline nothing happens in 60 s: many clients wait for ever unless \
            told otherwise.
            """,
        tolerances: "250 ms between the arrival of an attempt and the closing of the one before the last.",
        errorRates: """
            Exact. A client whose timeout is longer than 60 s, or that closes connections only when its process ends, \
            is told from one that hangs by its owner alone.
            """,
        next: Hung.next, observe: Hung.observe)
}

private enum Hung {
    static let expected = "an attempt that is closed before two others have begun, and an end"
    static let watched: Duration = .seconds(60)
    static let slack: Duration = .milliseconds(250)

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { _ in
            let plain = RunRequest(Scenarios.hung(limit: watched), count: 1)
            var requests = [plain]
            let bounded = Deadline.scripts.first { $0.kind.scenario == "hung" }.map { RunRequest($0.kind, count: 2) }
            if evidence.profiles.contains(.deadline), let bounded { requests.append(bounded) }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let runs = evidence.runs(of: plain)
            let boundedRuns = requests.dropFirst().flatMap { evidence.runs(of: $0) }
            let picture = Picture.timeline(
                "Attempts that are never answered",
                of: runs.map { ("no deadline", $0) }
                    + boundedRuns.map { ("deadline of \(Deadline.seconds) s, run \($0.round + 1)", $0) })
            return .conclude(
                judge(runs, bounded: boundedRuns, hedges: evidence.declared.hedging).showing(picture))
        }
    }

    /// How many attempts were still open when the second after them arrived.
    static func pileUps(_ exchanges: [Exchange]) -> Int {
        zip(exchanges, exchanges.dropFirst(2)).count { old, new in
            old.repliedAt == nil && (old.endedAt ?? .distantFuture) > new.arrivedAt + slack
        }
    }

    static func line(_ run: Run, _ name: String, limit: Duration, failing: Bool) -> EvidenceLine {
        // What is open at the end is closed with the process.
        let closed = run.exchanges.filter { ($0.endedAt ?? .distantFuture) < run.endedAt - .milliseconds(100) }
        let after = closed.compactMap { exchange in exchange.endedAt.map { ($0 - exchange.arrivedAt).inSeconds } }
        let timeouts = after.isEmpty ? "" : ", closed after \(Wording.list(after.prefix(5).map(Wording.seconds)))"
        let end =
            run.ending == .timeUp
            ? "still running after \(Wording.wait(limit.inSeconds))"
            : "\(Wording.ending(run.ending)) after \(Wording.seconds(run.duration))"
        return EvidenceLine(
            "\(name), run \(run.round + 1): \(Wording.count(run.exchanges.count, "request"))\(timeouts), \(end)",
            waited: after.first, speaksAgainst: failing)
    }

    static func judge(_ plain: [Run], bounded: [Run], hedges: Bool) -> Finding {
        if let defect = (plain + bounded).compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let piled = hedges ? 0 : (plain + bounded).reduce(0) { $0 + pileUps($1.exchanges) }
        let endless = !bounded.isEmpty && bounded.allSatisfy { $0.ending == .timeUp }
        let lines =
            plain.map { run in
                line(run, "no deadline", limit: watched, failing: !hedges && pileUps(run.exchanges) > 0)
            }
            + bounded.map { run in
                line(
                    run, "deadline of \(Deadline.seconds) s", limit: Deadline.limit,
                    failing: endless || (!hedges && pileUps(run.exchanges) > 0))
            }
        func finding(_ verdict: Verdict, _ actual: String, class name: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: name)
        }
        if piled > 0 {
            return finding(
                .fail, "\(Wording.count(piled, "attempt")) stayed open while two others went on",
                class: "leaves attempts open")
        }
        if endless {
            return finding(
                .fail,
                "with a deadline of \(Deadline.seconds) s it was still running after "
                    + Wording.wait(Deadline.limit.inSeconds), class: "hangs")
        }
        let timesOut = plain.filter { $0.ending != .timeUp || $0.retries > 0 }
        if let run = timesOut.first {
            let first = run.exchanges[0]
            let closed = ((first.endedAt ?? run.endedAt) - first.arrivedAt).inSeconds
            return finding(
                .pass, "it closes an attempt that is not answered after \(Wording.seconds(closed))",
                class: "times out after \(Wording.wait(closed.rounded()))")
        }
        if !bounded.isEmpty, bounded.allSatisfy({ $0.ending != .timeUp }) {
            return finding(
                .pass, "it waits without end by default, but not beyond its deadline",
                class: "times out by deadline only"
            )
        }
        return finding(
            .inconclusive,
            "no attempt timed out within 60 s; with {deadline} in the command it would be judged by that",
            class: "no timeout within 60 s")
    }

    /// Requests of a journal that a fault left without an answer.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let hung = calls.filter { call in
                call.exchanges.contains { $0.decision?.fault?.hasSuffix(": stall") ?? false }
            }
            guard !hung.isEmpty else {
                return Finding(.notApplicable, expected: expected, actual: "no request met a server that hangs")
            }
            let lines = hung.map { call -> EvidenceLine in
                let piled = pileUps(call.exchanges)
                let left = call.exchanges.count { $0.abort == .client }
                return EvidenceLine(
                    "\(call.name): \(Wording.count(call.exchanges.count, "request")), \(left) closed by the client",
                    speaksAgainst: piled > 0)
            }
            if lines.contains(where: \.speaksAgainst) {
                return Finding(
                    .fail, expected: expected, actual: "attempts stayed open while two others went on", evidence: lines)
            }
            let open = hung.contains { call in call.exchanges.contains { $0.endedAt == nil } }
            return Finding(
                open ? .inconclusive : .pass, expected: expected,
                actual: open ? "an attempt is still open" : "every attempt was closed", evidence: lines)
        }
    }
}
