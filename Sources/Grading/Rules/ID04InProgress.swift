import HTTPSemantics
import Journal

/// ID-04: "still in progress" is asked again under the same key.
extension Rule {
    static let id04 = Rule(
        id: "ID-04", title: "keeps its key where the first try is still in progress",
        requirement:
            "After 409 for a key that is in use, the client comes back with the same key and body, or not at all.",
        level: .should, sources: [.idempotencyKey, .stripeIdempotency], profile: .post,
        scenarios: ["post-in-progress"],
        procedure: """
            A POST is answered 504, which leaves open what became of it, its next try 409 because the first is still \
            being worked on, the third succeeds; and the same with 503 in place of 504. Fail if a later try carries \
            another key: the work would be done twice. Pass if it comes back after 409 with the same key and body. \
            Not applicable where no key is sent, where the failure is not tried again, or where it gives up at 409.
            """,
        tolerances: "None: keys and digests are compared. Each run is watched for 35 s.",
        errorRates: "Exact.",
        next: InProgress.next)
}

private enum InProgress {
    static let expected = "the same Idempotency-Key and body after 409, or no further request"

    static let requests = [504, 503].map { status in
        RunRequest(
            RunRequest.Kind(
                "post-in-progress", parameters: ["status": "\(status)"], profile: .post, pacing: .free,
                limit: Scenarios.patience))
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.post) else { return .conclude(.noCommand(.post, expected: expected)) }
        let missing = evidence.missing(requests)
        guard missing.isEmpty else { return .run(missing) }
        let runs = requests.flatMap { request in
            evidence.runs(of: request).map { ("first \(request.kind.parameters["status"] ?? "")", $0) }
        }
        let picture = Picture.timeline("POSTs whose first try is still in progress", of: runs)
        return .conclude(judge(runs.map(\.1)).showing(picture))
    }

    static func judge(_ runs: [Run]) -> Finding {
        if let defect = runs.compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        guard runs.contains(where: { $0.exchanges[0].arrival.fields.firstValue(of: "Idempotency-Key") != nil }) else {
            return Finding(.notApplicable, expected: expected, actual: "it sends no Idempotency-Key")
        }
        let lines = runs.map(line)
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        if runs.contains(where: { !$0.keepsKey }) {
            return finding(.fail, "a later try carries another key", "another key for the same work")
        }
        if runs.contains(where: { !$0.keepsBody }) {
            return finding(.fail, "a later try carries another body under the same key", "another body")
        }
        if runs.contains(where: { $0.exchanges.count > 2 }) {
            return finding(.pass, "it comes back after 409 with the same key and body", "asks again")
        }
        if runs.contains(where: { $0.exchanges.count == 2 }) {
            return finding(.notApplicable, "it gives up at 409", "gives up")
        }
        return finding(.notApplicable, "it does not send a POST again after 503 or 504")
    }

    private static func line(_ run: Run) -> EvidenceLine {
        let statuses = run.exchanges.map { "\($0.reply?.status ?? 0)" }.joined(separator: ", ")
        let fault = run.keepsKey ? run.keepsBody ? "" : ", another body" : ", another key"
        return EvidenceLine(
            "answered \(statuses): \(Wording.count(run.exchanges.count, "request"))\(fault)",
            speaksAgainst: !fault.isEmpty)
    }
}

extension Run {
    /// Whether all requests carry the same Idempotency-Key.
    fileprivate var keepsKey: Bool {
        Set(exchanges.map { $0.arrival.fields.values(of: "Idempotency-Key") }).count == 1
    }

    /// Whether all requests carry the same body.
    fileprivate var keepsBody: Bool { Set(exchanges.map { $0.body?.digest }).count == 1 }
}
