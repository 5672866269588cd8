import Journal

/// ST-02: errors that stay are not asked for again.
extension Rule {
    static let st02 = Rule(
        id: "ST-02", title: "does not retry permanent errors",
        requirement:
            "The client does not repeat a request that was refused for what it is: 400, 403, 404 and the like.",
        level: .practice, sources: [.cloudStorageTests, .cloudStorage, .awsRetries], profile: .get,
        scenarios: ["status-forever"],
        procedure: """
            400, 403, 404, 405, 410, 411, 415, 422, 501 and 505, each for ever, a run each. Fail if the same method, \
            target and body arrives twice. 409 is shown and not judged: some providers want it retried.
            """,
        tolerances: "None. Each run is watched for 12 s.",
        errorRates: "Exact; a client that repeats a permanent error after more than 12 s is not seen.",
        next: PermanentErrors.next, observe: PermanentErrors.observe)
}

private enum PermanentErrors {
    static let expected = "one request for each of 400, 403, 404, 405, 410, 411, 415, 422, 501 and 505"
    static let statuses = [400, 403, 404, 405, 410, 411, 415, 422, 501, 505]

    static func kind(_ status: Int) -> RunRequest.Kind {
        Scenarios.statusForever(status, pacing: .free, limit: .seconds(12))
    }

    static func next(_ evidence: Evidence) -> Rule.Step {
        // The gate comes first only so that its runs, and those that are timed beside it, start first.
        guard Gate(evidence) != nil else { return .run(evidence.missing(Gate.requests)) }
        let missing = evidence.missing((statuses + [409]).map { RunRequest(kind($0)) })
        guard missing.isEmpty else { return .run(missing) }

        var lines: [EvidenceLine] = []
        var repeated: [Int] = []
        var silent: [Int] = []
        for status in statuses {
            guard let run = evidence.runs[kind(status)]?.first else { continue }
            if run.defect != nil {
                silent.append(status)
                lines.append(EvidenceLine("\(status): \(run.defect ?? "")"))
                continue
            }
            let times = mostRepeated(run.exchanges)
            if times > 1 { repeated.append(status) }
            lines.append(
                EvidenceLine(
                    times > 1 ? "\(status): the same request came \(times) times" : "\(status): one request",
                    speaksAgainst: times > 1))
        }
        if let run = evidence.runs[kind(409)]?.first, run.defect == nil {
            lines.append(EvidenceLine("409, not judged: \(Wording.count(run.exchanges.count, "request"))"))
        }
        let picture = Picture.timeline(
            "Requests after each status",
            of: statuses.compactMap { status in
                evidence.runs[kind(status)]?.first.map { ("\(status)", $0) }
            })
        if !repeated.isEmpty {
            return .conclude(
                Finding(
                    .fail, expected: expected,
                    actual: "it repeats \(Wording.list(repeated.map(String.init)))", evidence: lines
                ).showing(picture))
        }
        guard silent.isEmpty else {
            return .conclude(
                Finding(
                    .inconclusive, expected: expected,
                    actual: "nothing usable arrived for \(Wording.list(silent.map(String.init)))", evidence: lines))
        }
        return .conclude(
            Finding(.pass, expected: expected, actual: "one request for each", evidence: lines).showing(picture))
    }

    /// How often the most frequent request came. A client may send different requests of its own (a redirect, a
    /// check before the call) without repeating one.
    static func mostRepeated(_ exchanges: [Exchange]) -> Int {
        Call.group(exchanges).map(\.exchanges.count).max() ?? 0
    }

    static func observe(_ observation: Observation) -> Finding {
        let expected = "no request repeated after a permanent error"
        return judgeObservation(observation, expected: expected) { calls in
            let refused = calls.filter { call in
                call.exchanges.contains { statuses.contains($0.reply?.status ?? 0) }
            }
            guard !refused.isEmpty else {
                return Finding(.notApplicable, expected: expected, actual: "no permanent error was answered")
            }
            let lines = refused.flatMap { call in
                zip(call.exchanges, call.exchanges.dropFirst()).filter {
                    statuses.contains($0.0.reply?.status ?? 0)
                }.map { first, _ in
                    EvidenceLine("\(call.name): repeated after \(first.reply?.status ?? 0)", speaksAgainst: true)
                }
            }
            return lines.isEmpty
                ? Finding(
                    .pass, expected: expected,
                    actual: "\(Wording.count(refused.count, "call")) met a permanent error and ended there")
                : Finding(
                    .fail, expected: expected,
                    actual: "\(Wording.count(lines.count, "request")) repeated after a permanent error",
                    evidence: lines)
        }
    }
}
