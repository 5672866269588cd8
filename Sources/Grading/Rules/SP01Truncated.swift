/// SP-01: half a response is none.
extension Rule {
    static let sp01 = Rule(
        id: "SP-01", title: "takes half a response for none",
        requirement: "A response that ends before its framing says so is incomplete: the client tries again or reports "
            + "an error, and never takes it for a success.",
        level: .must, sources: [.incompleteMessages], profile: .get,
        scenarios: ["cut-short", "last-chunk-missing", "broken-forever"],
        procedure: """
            A success that announces 100,000 bytes and is closed, or reset, long before, and one in chunks whose last \
            chunk never comes; two runs each, then success. What arrives is the whole success body, so that a client \
            that only parses it notices nothing. Pass if another request comes or the process ends with an error; \
            fail if it exits with 0 after one request. Before that is believed, a run in which every connection is \
            reset before a response shows whether its exit code means anything: if it is 0 there too, inconclusive.
            """,
        tolerances: "None. Each run is watched for 35 s.",
        errorRates: """
            Exact where the exit code means something, which is tested. A client that prints the half response and \
            then ends with an error passes: what reads its output must heed the exit code.
            """,
        next: Truncated.next)
}

private enum Truncated {
    static let expected = "another request, or an end with an error"
    static let variants: [(name: String, kind: RunRequest.Kind)] = [
        ("closed before Content-Length is reached", Scenarios.cutShort("close")),
        ("reset before Content-Length is reached", Scenarios.cutShort("reset")),
        ("closed before the last chunk", Scenarios.lastChunkMissing),
    ]

    static func next(_ evidence: Evidence) -> Rule.Step {
        let requests = variants.map { RunRequest($0.kind, count: 2) }
        let missing = evidence.missing(requests)
        guard missing.isEmpty else { return .run(missing) }
        let rows = zip(variants, requests).flatMap { variant, request in
            evidence.runs(of: request).map { Row(name: variant.name, run: $0) }
        }
        if let defect = rows.compactMap(\.run.defect).first {
            return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
        }
        let picture = Picture.timeline(
            "After half a response", of: rows.map { ("\($0.name), run \($0.run.round + 1)", $0.run) })
        guard rows.contains(where: \.isTakenForSuccess) else {
            return .conclude(judge(rows, control: nil).showing(picture))
        }
        let control = RunRequest(Scenarios.resetForever)
        let absent = evidence.missing([control])
        guard absent.isEmpty else { return .run(absent) }
        return .conclude(judge(rows, control: evidence.runs(of: control).first).showing(picture))
    }

    struct Row {
        var name: String
        var run: Run

        var isTakenForSuccess: Bool { run.retries == 0 && run.ending == .exited(0) }
        var isOpen: Bool { run.retries == 0 && run.ending == .timeUp }

        var line: EvidenceLine {
            let text =
                run.retries > 0
                ? "tried again"
                : isTakenForSuccess
                    ? "taken for a success: it exited with 0" : Wording.ending(run.ending)
            return EvidenceLine("\(name), run \(run.round + 1): \(text)", speaksAgainst: isTakenForSuccess)
        }
    }

    static func judge(_ rows: [Row], control: Run?) -> Finding {
        let lines = rows.map(\.line)
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        let taken = rows.filter(\.isTakenForSuccess)
        if !taken.isEmpty {
            guard control?.ending != .exited(0) else {
                return finding(
                    .inconclusive,
                    "it exits with 0 even where every connection is reset before a response, so its exit code says "
                        + "nothing")
            }
            let names = rows.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
                .filter { name in taken.contains { $0.name == name } }
            return finding(
                .fail, "it takes a response for a success that was \(Wording.list(names))",
                "takes half a response for a success")
        }
        if let open = rows.first(where: \.isOpen) {
            return finding(.inconclusive, "it was still waiting at the end of a run: the response was \(open.name)")
        }
        let again = rows.count { $0.run.retries > 0 }
        return again > 0
            ? finding(
                .pass, "it tries again after \(Wording.share(again, of: rows.count, "incomplete response"))",
                again == rows.count ? "tries again" : "tries again or reports an error")
            : finding(.pass, "it reports every incomplete response as an error", "reports an error")
    }
}
