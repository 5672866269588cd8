/// AT-03: a failure is not hidden.
extension Rule {
    static let at03 = Rule(
        id: "AT-03", title: "reports the final failure",
        requirement: "A call that never succeeded does not end as if it had.",
        level: .practice, sources: [.retryStorm, .cloudStorage], profile: .get,
        scenarios: ["status-forever", "refused-forever"],
        procedure: """
            An upstream that never recovers, the runs of AT-01. Fail if the process ends with 0; pass if it ends \
            otherwise by itself; inconclusive if it still tries again when the run is ended.
            """,
        tolerances: "None.",
        errorRates: "Exact. Output is not read: a command that prints an error and exits with 0 fails.",
        next: FinalFailure.next)
}

private enum FinalFailure {
    static let expected = "an exit status other than 0"

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let limit = Ladder.observation(evidence.thoroughness)
            let kind =
                gate.retriesUnavailable
                ? Scenarios.statusForever(503, pacing: .timed, limit: limit)
                : Scenarios.refusedForever(hint: gate.retriesBareRefusal ? nil : 1, pacing: .free, limit: limit)
            let request = RunRequest(kind, count: 1)
            let missing = evidence.missing([request])
            guard missing.isEmpty else { return .run(missing) }
            guard let run = evidence.runs(of: request).first, run.defect == nil else {
                return .conclude(
                    Finding(
                        .inconclusive, expected: expected,
                        actual: evidence.runs(of: request).first?.defect ?? "nothing was run"))
            }
            return .conclude(judge(run).showing(.timeline("The call and its end", of: [("run 1", run)])))
        }
    }

    static func judge(_ run: Run) -> Finding {
        let happened = "after \(Wording.count(run.exchanges.count, "failure")) \(Wording.ending(run.ending))"
        func finding(_ verdict: Verdict, notes: [String] = [], class name: String? = nil) -> Finding {
            Finding(
                verdict, expected: expected, actual: happened,
                evidence: [EvidenceLine(happened, speaksAgainst: verdict == .fail)], notes: notes, classification: name)
        }
        switch run.ending {
        case .exited(0): return finding(.fail, class: "fails in silence")
        case .exited(let code): return finding(.pass, class: "exits with \(code)")
        case .signalled: return finding(.pass, notes: ["it ends by a signal, as a crash does"])
        case .timeUp, .noRequest, .tooManyRequests: return finding(.inconclusive)
        }
    }
}
