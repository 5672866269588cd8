import HTTPSemantics
import Journal

/// ID-01: a POST of unknown fate is not sent again.
extension Rule {
    static let id01 = Rule(
        id: "ID-01", title: "does not replay a POST of unknown fate",
        requirement: "Where a POST was sent and no response came, the client does not send it again by itself, unless "
            + "the request says that it may be repeated.",
        level: .should, sources: [.idempotentMethods, .cloudStorageTests, .idempotencyKey], profile: .post,
        scenarios: ["post-broken", "post-refused"],
        procedure: """
            A POST of 64 KiB on a fresh connection is read whole, then the connection is reset, or closed without a \
            response; two runs each. Fail if the request comes again without Idempotency-Key, If-Match or \
            If-None-Match. A POST that was refused with 503 may be sent again: that is shown and not judged. Not \
            applicable where the client's owner declares that the endpoint may be called twice.
            """,
        tolerances: "None. Each run is watched for 35 s.",
        errorRates:
            "Exact. It is the first request of its connection, so no race with a closing connection excuses it.",
        next: Ambiguous.next, observe: Ambiguous.observe)
}

private enum Ambiguous {
    static let expected = "one request, or a repetition that names an Idempotency-Key or a condition"

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.post) else { return .conclude(.noCommand(.post, expected: expected)) }
        if evidence.declared.idempotentPOST {
            return .conclude(
                Finding(
                    .notApplicable, expected: expected,
                    actual: "the endpoint is declared to be one that may be called twice"))
        }
        let variants: [(name: String, kind: RunRequest.Kind)] = [
            ("connection reset", Scenarios.postBroken("reset")), ("connection closed", Scenarios.postBroken("close")),
        ]
        let refused = RunRequest(Scenarios.postRefused(1), count: 2)
        let requests = variants.map { RunRequest($0.kind, count: 2) } + [refused]
        let missing = evidence.missing(requests)
        guard missing.isEmpty else { return .run(missing) }
        let runs = zip(variants, requests).flatMap { variant, request in
            evidence.runs(of: request).map { (variant.name, $0) }
        }
        let picture = Picture.timeline(
            "POSTs whose connection was broken",
            of: runs.map { name, run in
                ("\(name), run \(run.round + 1)", run)
            })
        return .conclude(judge(runs, refused: evidence.runs(of: refused)).showing(picture))
    }

    static func judge(_ runs: [(name: String, run: Run)], refused: [Run]) -> Finding {
        func inconclusive(_ actual: String) -> Finding {
            Finding(.inconclusive, expected: expected, actual: actual)
        }
        if let defect = runs.compactMap(\.run.defect).first { return inconclusive(defect) }
        if let other = runs.first(where: { $0.run.exchanges[0].arrival.method != "POST" }) {
            return inconclusive("the command sent \(other.run.exchanges[0].arrival.method) instead of POST")
        }
        if runs.contains(where: { $0.run.exchanges[0].abort != .fault }) {
            return inconclusive("the connection was not broken as the scenario says")
        }
        var lines: [EvidenceLine] = []
        var replays = 0
        for (name, run) in runs {
            let replay = run.exchanges.dropFirst().first { !$0.arrival.mayBeRepeated }
            if replay != nil { replays += 1 }
            let text =
                replay != nil
                ? "sent \(run.exchanges.count) times, without a key or a condition"
                : run.exchanges.count > 1
                    ? "sent \(run.exchanges.count) times, with a key or a condition"
                    : "sent once, then \(Wording.ending(run.ending))"
            lines.append(
                EvidenceLine("\(name), run \(run.round + 1): \(text)", speaksAgainst: replay != nil))
        }
        let again = refused.count { $0.retries > 0 }
        lines.append(EvidenceLine("refused with 503, not judged: sent again in \(again) of \(refused.count) runs"))
        if replays > 0 {
            return Finding(
                .fail, expected: expected,
                actual:
                    "it sends the POST again in \(Wording.share(replays, of: runs.count, "run")), though the first may "
                    + "have been carried out", evidence: lines, classification: "replays POST")
        }
        let keyed = runs.contains { $0.run.exchanges.count > 1 }
        return Finding(
            .pass, expected: expected,
            actual: keyed ? "it repeats the POST only with a key or a condition" : "it does not send the POST again",
            evidence: lines)
    }

    /// POST and PATCH of a journal whose connection broke before any response.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let broken = calls.filter { call in
                call.exchanges.contains { $0.abort == .fault && $0.reply == nil && $0.arrival.isUnsafe }
            }
            guard !broken.isEmpty else {
                return Finding(
                    .notApplicable, expected: expected, actual: "no POST met a broken connection")
            }
            let lines = broken.flatMap { call in
                zip(call.exchanges, call.exchanges.dropFirst()).filter { first, second in
                    first.abort == .fault && first.reply == nil && !second.arrival.mayBeRepeated
                }.map { _ in EvidenceLine("\(call.name): sent again after its connection broke", speaksAgainst: true) }
            }
            return Finding(
                lines.isEmpty ? .pass : .fail, expected: expected,
                actual: lines.isEmpty
                    ? "no POST of unknown fate was sent again"
                    : "a POST of unknown fate was sent again \(lines.count == 1 ? "once" : "\(lines.count) times")",
                evidence: lines)
        }
    }
}

extension Arrival {
    /// POST or PATCH: a repetition may do the work twice.
    var isUnsafe: Bool { method == "POST" || method == "PATCH" }

    /// The request itself makes a repetition harmless.
    var mayBeRepeated: Bool {
        !isUnsafe || ["Idempotency-Key", "If-Match", "If-None-Match"].contains { fields.firstValue(of: $0) != nil }
    }
}
