import HTTPSemantics
import Journal

/// BR-01: a retry sends the same bytes.
extension Rule {
    static let br01 = Rule(
        id: "BR-01", title: "sends the same body again",
        requirement: "A retried request carries the same body, byte for byte, with the same length and type.",
        level: .practice, sources: [.contentLength, .retryableHTTP], profile: .post, scenarios: ["post-refused"],
        procedure: """
            A POST of 64 KiB is refused with 503 twice and then succeeds, two runs. Fail if the digest, the length or \
            the Content-Type of a later attempt differs from the first, or its body is cut short. Not applicable where \
            the client does not send it again.
            """,
        tolerances: "None: SHA-256 is compared.",
        errorRates: "Exact.",
        next: SameBody.next, observe: SameBody.observe)
}

private enum SameBody {
    static let expected = "the same body, length and Content-Type at every attempt"

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.post) else { return .conclude(.noCommand(.post, expected: expected)) }
        let request = RunRequest(Scenarios.postRefused(2), count: 2)
        let missing = evidence.missing([request])
        guard missing.isEmpty else { return .run(missing) }
        let runs = evidence.runs(of: request)
        let picture = Picture.timeline("POSTs after 503", of: runs.map { ("run \($0.round + 1)", $0) })
        return .conclude(judge(runs).showing(picture))
    }

    static func judge(_ runs: [Run]) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        if let defect = runs.compactMap(\.defect).first { return finding(.inconclusive, defect) }
        if runs.contains(where: { ($0.exchanges[0].body?.length ?? 0) == 0 }) {
            return finding(.inconclusive, "the first request had no body: does the command send {body}?")
        }
        guard runs.contains(where: { $0.retries > 0 }) else {
            return finding(.notApplicable, "it does not send a POST again after 503")
        }
        var lines: [EvidenceLine] = []
        for run in runs {
            let first = run.exchanges[0]
            for (number, later) in run.exchanges.enumerated().dropFirst() {
                let difference = difference(first, later)
                lines.append(
                    EvidenceLine(
                        "run \(run.round + 1), attempt \(number + 1): "
                            + (difference ?? "the same \(first.body?.length ?? 0) bytes"),
                        speaksAgainst: difference != nil))
            }
        }
        let different = lines.count(where: \.speaksAgainst)
        return different > 0
            ? finding(
                .fail, "the body differs in \(Wording.share(different, of: lines.count, "retry"))", lines)
            : finding(.pass, "the same bytes in \(Wording.count(lines.count, "retry"))", lines)
    }

    private static func difference(_ first: Exchange, _ later: Exchange) -> String? {
        guard let body = later.body, body.length > 0 else { return "no body" }
        if body.length != first.body?.length || !body.complete {
            return "\(body.length) bytes instead of \(first.body?.length ?? 0)"
        }
        if body.digest != first.body?.digest { return "as many bytes, but others" }
        let type = later.arrival.fields["Content-Type"]
        if type != first.arrival.fields["Content-Type"] {
            return "Content-Type \(type ?? "missing") instead of \(first.arrival.fields["Content-Type"] ?? "none")"
        }
        return nil
    }

    /// Calls with an Idempotency-Key are known by it, whatever their bodies. Without one, a body that has changed looks
    /// like another call, so where one follows a failure nothing is certain.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            var lines: [EvidenceLine] = []
            for call in calls where (call.exchanges[0].body?.length ?? 0) > 0 {
                let pairs = zip(call.exchanges, call.exchanges.dropFirst())
                for (number, (earlier, later)) in pairs.enumerated() where earlier.isFailure {
                    let difference = difference(call.exchanges[0], later)
                    let same = "the same \(call.exchanges[0].body?.length ?? 0) bytes"
                    lines.append(
                        EvidenceLine(
                            "\(call.name), attempt \(number + 2): \(difference ?? same)",
                            speaksAgainst: difference != nil))
                }
            }
            func finding(_ verdict: Verdict, _ actual: String) -> Finding {
                Finding(verdict, expected: expected, actual: actual, evidence: lines)
            }
            let different = lines.count(where: \.speaksAgainst)
            if different > 0 {
                return finding(.fail, "the body differs in \(Wording.share(different, of: lines.count, "retry"))")
            }
            if let doubtful = doubtful(calls) {
                return finding(
                    .inconclusive,
                    "another body followed the failure of \(doubtful), and without an Idempotency-Key nothing says "
                        + "whether that is another call")
            }
            return lines.isEmpty
                ? finding(.notApplicable, "no request with a body was tried again after a failure")
                : finding(.pass, "the same bytes in \(Wording.count(lines.count, "retry"))")
        }
    }

    /// A call without a key that failed for good, and after which its method and target came with another body.
    private static func doubtful(_ calls: [Call]) -> String? {
        let keyless = calls.filter { $0.exchanges[0].arrival.fields["Idempotency-Key"] == nil }
        let alike = Dictionary(grouping: keyless, by: \.name)
        return keyless.first { call in
            guard let last = call.exchanges.last, last.isFailure, (last.body?.length ?? 0) > 0 else { return false }
            return alike[call.name, default: []].contains { other in
                other.exchanges[0].arrivedAt > last.arrivedAt
                    && other.exchanges[0].body?.digest != last.body?.digest
            }
        }?.name
    }
}
