import HTTPSemantics
import Journal

/// BR-02: an upload that was refused is not carried on with.
extension Rule {
    static let br02 = Rule(
        id: "BR-02", title: "stops an upload that is refused early",
        requirement: "When an error comes while the client still sends, it ceases to send, and its retry is whole.",
        level: .should, sources: [.connectionEnd, .retryableHTTP], profile: .post, scenarios: ["early-refusal"],
        procedure: """
            A POST of 16 MiB is answered 503 with Connection: close after its first 256 KiB. The server then reads \
            nothing for a second, reads what comes for two more, and closes. Three runs. Fail if more than 12 MiB come \
            in any run, or the retry is shorter than it says; pass if it stops and the retry is whole. Inconclusive \
            where no retry comes although the client retries refused POSTs: it may not have seen the response.
            """,
        tolerances: """
            A second to notice the response, and 12 MiB: a client that stops at once may have given some 10 MiB to the \
            buffers of both systems (4 MiB and 6 MiB at most, as Linux is set up).
            """,
        errorRates: "Exact with these buffers; larger ones of a tuned system could hide that a client goes on.",
        next: EarlyRefusal.next)
}

private enum EarlyRefusal {
    static let expected = "at most 12 MiB of an upload that is refused after 256 KiB, and a whole retry"
    static let most = 12 << 20

    static let request: RunRequest = {
        var kind = RunRequest.Kind("early-refusal", profile: .post, pacing: .free, limit: Scenarios.patience)
        kind.parameters["body"] = "large"
        return RunRequest(kind, count: 3)
    }()

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.post) else { return .conclude(.noCommand(.post, expected: expected)) }
        // BR-01's runs say whether it retries a POST that was refused after its end.
        let usual = RunRequest(Scenarios.postRefused(2), count: 2)
        let missing = evidence.missing([request, usual])
        guard missing.isEmpty else { return .run(missing) }
        let retriesPosts = evidence.runs(of: usual).contains { $0.retries > 0 }
        let runs = evidence.runs(of: request)
        let picture = Picture.timeline("Uploads refused early", of: runs.map { ("run \($0.round + 1)", $0) })
        return .conclude(judge(runs, retriesPosts: retriesPosts).showing(picture))
    }

    static func judge(_ runs: [Run], retriesPosts: Bool) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = []) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        if let defect = runs.compactMap(\.defect).first { return finding(.inconclusive, defect) }
        let uploads = runs.map { $0.exchanges[0] }
        if let other = uploads.first(where: { $0.reply?.status != 503 }) {
            return finding(.inconclusive, otherwise(other))
        }
        var lines: [EvidenceLine] = []
        var isCut = false
        for run in runs {
            let retry = run.exchanges.dropFirst().first
            let sent = run.exchanges[0].body?.length ?? 0
            let isShort = retry.map { Self.isShort($0, than: run.exchanges[0]) } ?? false
            isCut = isCut || isShort
            let again =
                retry.map { isShort ? "a retry of only \($0.body?.length ?? 0) bytes" : "a whole retry" } ?? "no retry"
            lines.append(
                EvidenceLine(
                    "run \(run.round + 1): \(Wording.decimal(Double(sent) / 1_048_576, places: 1)) MiB came, \(again)",
                    speaksAgainst: sent > most || isShort))
        }
        let largest = uploads.compactMap { $0.body?.length }.max() ?? 0
        if largest > most {
            return finding(
                .fail,
                "it sends on after the refusal: \(Wording.decimal(Double(largest) / 1_048_576, places: 1)) MiB in all",
                lines)
        }
        if isCut { return finding(.fail, "the retry is shorter than the upload", lines) }
        let retried = runs.count { $0.retries > 0 }
        guard retried > 0 else {
            return finding(
                retriesPosts ? .inconclusive : .notApplicable,
                retriesPosts
                    ? "it stops, but does not try again: it may not have seen the response"
                    : "it stops, and does not send a POST again after 503", lines)
        }
        return finding(.pass, "it stops, and sends the whole upload again", lines)
    }

    /// What became of an upload that was not refused in its midst.
    static func otherwise(_ upload: Exchange) -> String {
        let length = upload.body.map { Wording.decimal(Double($0.length) / 1_048_576, places: 1) + " MiB" } ?? "no body"
        let question = "does the command send the file {body}, 16 MiB, as it is?"
        return switch upload.reply?.status {
        case 413: "the upload was answered 413: it is larger than the server takes; \(question)"
        case let status?: "the upload was answered \(status) after \(length), before the refusal was due; \(question)"
        case nil: "the upload broke off after \(length), before it was refused; \(question)"
        }
    }

    /// Whether a retry did not bring what it says, or says less than the first try did.
    static func isShort(_ retry: Exchange, than first: Exchange) -> Bool {
        let length = retry.body?.length ?? 0
        guard let whole = declaredLength(first) else { return retry.body?.complete == false }
        return length < whole
    }

    static func declaredLength(_ exchange: Exchange) -> Int? {
        exchange.arrival.fields["Content-Length"].flatMap { Int($0) }
    }
}
