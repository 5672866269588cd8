import HTTPSemantics
import Journal

/// BO-03: after a success the delays begin anew.
extension Rule {
    static let bo03 = Rule(
        id: "BO-03", title: "begins with short delays again after a success",
        requirement: "The delays of a call do not go on where those of an earlier call, which succeeded, had ended.",
        level: .practice, sources: [.grpcBackoff, .grpcRetries], profile: .many,
        scenarios: ["failures-apart", "status-forever", "refused-forever"],
        procedure: """
            Two calls from one process, one after the other. The first fails up to three times (as often as the client \
            retries) and then succeeds; the second fails once. Its delay is compared with the first delays of the \
            fresh processes of BO-02: carried over is what exceeds twice the longest of them by more than 50 ms. \
            Three runs, six where they disagree: pass if none carries over, fail if at least half do. Not applicable \
            where delays do not grow enough to show it.
            """,
        tolerances: "A factor of 2 and 50 ms above the longest of ten fresh first delays.",
        errorRates: """
            Simulated, 1,000 gradings each, base 1 s, factor 2, five retries: clients that begin anew never fail. \
            Clients that go on with the next delay fail always without jitter, with ±25 % and with equal jitter; with \
            full jitter 94.7 % fail, 1.4 % are inconclusive, 1.2 % pass by luck, and 2.7 % are not applicable because \
            their delays seemed to grow too little.
            """,
        next: ResetAfterSuccess.next)
}

private enum ResetAfterSuccess {
    static let expected = "the first delay of a later call as short as that of a fresh process"
    static let most = 3
    /// In seconds.
    static let slack = 0.05

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        return afterLadder(evidence, expected: expected) { _, ladder, request in
            let failures = min(most, ladder.longest)
            guard failures >= 2 else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expected, actual: "it tries again only once, so nothing can grow"))
            }
            // Disturbed delays are only longer, so what they hide is a failure, never the contrary.
            let delays = delays(ladder)
            guard let fresh = delays.first, fresh.count >= 5 else {
                return .conclude(
                    Finding(.inconclusive, expected: expected, actual: "too few first delays of fresh processes"))
            }
            let bound = 2 * fresh.largest + slack
            let carried = carriedOver(delays, after: failures)
            guard carried > bound else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expected,
                        actual: "its delays grow too little: after \(Wording.count(failures, "failure")) about "
                            + "\(Wording.seconds(carried)), and up to \(Wording.seconds(fresh.largest)) in a fresh "
                            + "process"))
            }
            let status = request.kind.scenario == "status-forever" ? 503 : 429
            let kind = RunRequest.Kind.many(
                "failures-apart", parameters: ["failures": "\(failures)", "status": "\(status)"], requests: 2,
                concurrency: 1, limit: .seconds(40))
            var count = 3
            while true {
                let runs = evidence.runs[kind] ?? []
                guard runs.count >= count else { return .run([RunRequest(kind, count: count)]) }
                let finding = judge(
                    Array(runs.prefix(count)), failures: failures, fresh: fresh, bound: bound, carried: carried)
                guard finding.verdict == .inconclusive, count < 6, runs.allSatisfy({ $0.defect == nil }) else {
                    let rows = runs.prefix(count).flatMap { run in
                        run.callsByTarget.prefix(2).map { call in
                            var one = run
                            one.exchanges = call.exchanges
                            return ("run \(run.round + 1), \(call.name)", one)
                        }
                    }
                    return .conclude(finding.showing(.timeline("Two calls of each process", of: rows)))
                }
                count *= 2
            }
        }
    }

    /// All delays before retry 1, 2, …, disturbed ones too.
    static func delays(_ ladder: Ladder) -> [Sample] {
        (0..<ladder.longest).map { index in
            Sample(ladder.raw.compactMap { $0.count > index ? $0[index]?.waited : nil })
        }
    }

    /// How long the delay would be that follows those of the first call, in seconds.
    static func carriedOver(_ delays: [Sample], after failures: Int) -> Double {
        if delays.count > failures, delays[failures].count >= 3 { return delays[failures].median }
        let medians = delays.prefix(failures).map(\.median)
        guard medians.count >= 2, let last = medians.last, medians[medians.count - 2] > 0.02 else {
            return medians.last ?? 0
        }
        return last * last / medians[medians.count - 2]
    }

    static func judge(_ runs: [Run], failures: Int, fresh: Sample, bound: Double, carried: Double) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        if let defect = runs.compactMap({ $0.defect(ofCalls: 2) }).first { return finding(.inconclusive, defect) }
        var delays: [Gap] = []
        var lines: [EvidenceLine] = []
        for run in runs {
            guard isInOrder(run, failures) else {
                lines.append(EvidenceLine("run \(run.round + 1): the calls did not come one after the other"))
                continue
            }
            let calls = run.callsByTarget
            guard let gap = gaps(of: calls[1].exchanges, stalls: run.stalls).first ?? nil else {
                lines.append(EvidenceLine("run \(run.round + 1): the second call was not tried again"))
                continue
            }
            delays.append(gap)
            lines.append(
                EvidenceLine(
                    "run \(run.round + 1): \(Wording.seconds(gap.waited)) before the retry of the second call",
                    waited: gap.waited, speaksAgainst: gap.certainlyWaited > bound))
        }
        lines.append(
            EvidenceLine("fresh processes: \(Wording.seconds(fresh.smallest)) to \(Wording.seconds(fresh.largest))"))
        if runs.allSatisfy({ !isInOrder($0, failures) }) {
            return finding(
                .notApplicable,
                "its calls overlap although it was told to make one at a time, or the first is given up",
                lines)
        }
        guard delays.count == runs.count else {
            return finding(
                .inconclusive, "only \(Wording.share(delays.count, of: runs.count, "run")) showed a later delay", lines
            )
        }
        let over = delays.count { $0.certainlyWaited > bound }
        let median = Sample(delays.map(\.waited)).median
        if 2 * over >= delays.count {
            return finding(
                .fail,
                "the later call waited \(Wording.seconds(median)), a fresh process "
                    + "\(Wording.seconds(fresh.largest)) at most", lines)
        }
        if over > 0 {
            return finding(
                .inconclusive, "\(Wording.share(over, of: delays.count, "later call")) waited longer than fresh ones",
                lines)
        }
        if delays.contains(where: { $0.waited > bound }) {
            return finding(.inconclusive, "the server was late when a later call came back", lines)
        }
        return finding(
            .pass,
            "the later call waited \(Wording.seconds(median)), where going on would have meant about "
                + Wording.seconds(carried), lines)
    }

    /// Whether the first call got over its failures before the second began.
    static func isInOrder(_ run: Run, _ failures: Int) -> Bool {
        let calls = run.callsByTarget
        guard calls.count == 2, calls[0].exchanges.count == failures + 1, let success = calls[0].exchanges.last,
            let status = success.reply?.status
        else { return false }
        return status < 400 && calls[1].exchanges[0].arrivedAt > success.arrivedAt
    }
}
