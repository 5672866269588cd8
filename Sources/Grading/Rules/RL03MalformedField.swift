import HTTPSemantics
import Journal

/// RL-03: a RateLimit field that is malformed changes nothing.
extension Rule {
    static let rl03 = Rule(
        id: "RL-03", title: "ignores malformed RateLimit fields",
        requirement: "A RateLimit field that is malformed is ignored: no wait, no error.",
        level: .should, sources: [.rateLimitFields], profile: .many, scenarios: ["success-fields"],
        procedure: """
            Four calls one after the other, every one a success with a RateLimit field: first a good one that leaves \
            plenty, then four that are malformed (no structured field, a negative and an exponential number, strings \
            for numbers, a number of twenty digits). Two runs each. Fail if a call comes more than 5 s after the \
            response before it, or fewer calls come, or the process ends otherwise than with the good field.
            """,
        tolerances: "5 s more than with the good field. Each run is watched for 12 s.",
        errorRates: "Exact. A client that never reads the field passes: it ignores all of them.",
        next: MalformedField.next)
}

private enum MalformedField {
    static let expected = "the same calls at the same pace as with a good field"
    static let good = "\"d\";r=900;t=60"
    static let values = [
        "r=;;t=abc", "\"d\";r=-1;t=1e9", "\"d\";r=\"0\";t=\"60\"", "\"d\";r=0;t=99999999999999999999",
    ]
    static let stall = 5.0

    static func request(_ value: String) -> RunRequest {
        RunRequest(
            .many("success-fields", parameters: ["field": value], requests: 4, concurrency: 1, limit: .seconds(12)),
            count: 2)
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        let requests = ([good] + values).map(request)
        let missing = evidence.missing(requests)
        guard missing.isEmpty else { return .run(missing) }
        let rows = zip([good] + values, requests).compactMap { value, request in
            evidence.runs(of: request).first.map { (value, $0) }
        }
        return .conclude(
            judge(evidence.runs(of: requests[0]), requests.dropFirst().map { evidence.runs(of: $0) })
                .showing(.timeline("Calls with each RateLimit field", of: rows)))
    }

    static func judge(_ reference: [Run], _ malformed: [[Run]]) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        if let defect = reference.compactMap({ $0.defect(ofCalls: 4) }).first { return finding(.inconclusive, defect) }
        if let defect = malformed.joined().compactMap(\.defect).first { return finding(.inconclusive, defect) }
        let usual = reference.map(longestPause).max() ?? 0
        guard usual < stall / 2, let ending = reference.first?.ending, ending != .timeUp else {
            return finding(
                .inconclusive, "it is as slow with a good field: \(Wording.seconds(usual)) between two calls")
        }
        var lines = [EvidenceLine("\(good): at most \(Wording.seconds(usual)) between two calls", waited: usual)]
        for (value, runs) in zip(values, malformed) {
            for run in runs {
                let trouble = trouble(run, usual: usual, ending: ending)
                lines.append(
                    EvidenceLine(
                        "\(value), run \(run.round + 1): "
                            + (trouble ?? "at most \(Wording.seconds(longestPause(run))) between two calls"),
                        waited: longestPause(run), speaksAgainst: trouble != nil))
            }
        }
        let bad = zip(values, malformed).filter { _, runs in
            runs.allSatisfy { trouble($0, usual: usual, ending: ending) != nil }
        }.map(\.0)
        if !bad.isEmpty { return finding(.fail, "it stalls or stops at \(Wording.list(bad))", lines) }
        if lines.contains(where: \.speaksAgainst) {
            return finding(.inconclusive, "it stalled or stopped in one run of two", lines)
        }
        return finding(.pass, "the same pace with all of them", lines)
    }

    /// The longest time from a response to the next call, or to the end of a run that was cut off, in seconds.
    static func longestPause(_ run: Run) -> Double { run.pausesBetweenCalls.max() ?? 0 }

    /// What is wrong with a run, if anything is.
    static func trouble(_ run: Run, usual: Double, ending: Run.Ending) -> String? {
        let calls = run.callsByTarget.count
        if longestPause(run) > usual + stall {
            return "a pause of \(Wording.seconds(longestPause(run))) after call \(calls)"
        }
        if calls < 4 { return "only \(Wording.count(calls, "call")), then \(Wording.ending(run.ending))" }
        return run.ending == ending ? nil : Wording.ending(run.ending)
    }
}
