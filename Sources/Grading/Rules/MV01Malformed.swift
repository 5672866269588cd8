import HTTPSemantics
import Journal

/// MV-01: a Retry-After that says nothing is ignored.
extension Rule {
    static let mv01 = Rule(
        id: "MV-01", title: "survives a malformed Retry-After",
        requirement: "A Retry-After that is neither whole seconds nor a date changes nothing: the client falls back to "
            + "its own delays.",
        level: .practice, sources: [.retryAfter, .rateLimitFields], profile: .get, scenarios: ["raw-hint"],
        procedure: """
            A failure with the value twice, then success, two runs for each of: soon, -5, 1.5, 12abc, 0x10, "5, 7" and \
            a date that does not exist. A value fails if the client does not come back although it does so without \
            the field (it gave up or crashed), or if it comes back twice in a row within 50 ms; in both runs within 10 ms \
            where its own delays are as short now and then. 1.5 may be read as 1.5 \
            or 2 s; other values that are read in part are noted. Inconclusive where it still waits at the end, or comes back \
            twice in a row within 200 ms and a quarter of its shortest own delay.
            """,
        tolerances: "50 ms, twice in a row, is a hot loop. Each run is watched for 30 s.",
        errorRates: """
            Exact. A client that crashes with the exit code of its normal end is found all the same, since it does \
            not come back.
            """,
        next: Malformed.next, observe: Malformed.observe)
}

private enum Malformed {
    static let expected = "for every such value the delays it has without the field"
    static let hot = 0.05
    static let patience: Duration = .seconds(30)

    /// Values, and the seconds that a reader may wrongly find in them.
    static let values: [(value: String, readings: [Double])] = [
        ("soon", []), ("-5", [5]), ("1.5", [1, 1.5, 2]), ("12abc", [12]), ("0x10", [16]), ("5, 7", [5, 7]),
        ("Mon, 31 Feb 2025 10:00:00 GMT", []),
    ]

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            guard gate.retriesUnavailable || gate.retriesBareRefusal else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expected,
                        actual: "it tries again only where a response says when, so it has no delays to fall back to"))
            }
            let status = gate.retriesUnavailable ? 503 : 429
            let limit = patience + .seconds(Int64(3 * (gate.longestOwnDelay ?? 0)))
            let requests = values.map {
                RunRequest(Scenarios.rawHint($0.value, status: status, times: 2, limit: limit), count: 2)
            }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let parts = zip(values, requests).map { value, request in
                read(value.value, value.readings, evidence.runs(of: request), gate)
            }
            let rows = zip(values, requests).flatMap { value, request in
                evidence.runs(of: request).prefix(1).map { ("\"\(value.value)\"", $0) }
            }
            return .conclude(conclude(parts).showing(.timeline("Attempts after each value", of: rows)))
        }
    }

    /// What became of one value.
    struct Part {
        var value: String
        var verdict: Verdict
        var text: String
        var note: String?
    }

    static func read(_ value: String, _ readings: [Double], _ runs: [Run], _ gate: Gate) -> Part {
        func part(_ verdict: Verdict, _ text: String, note: String? = nil) -> Part {
            Part(value: value, verdict: verdict, text: text, note: note)
        }
        if let defect = runs.compactMap(\.defect).first { return part(.inconclusive, defect) }
        let gaps = runs.map { $0.gaps.compactMap { $0?.waited } }
        let loop = HotLoop(gate)
        let hot = gaps.filter { $0.count >= 2 && max($0[0], $0[1]) < loop.threshold }
        // Short delays that are drawn at random may be short twice in a row, but hardly in every run.
        if let hotRun = hot.first, hot.count == gaps.count || loop.threshold == Self.hot {
            return part(
                .fail, "came back after \(Wording.span(hotRun[0])) and again after \(Wording.span(hotRun[1]))")
        }
        if let stopped = runs.first(where: { $0.retries == 0 && $0.ending != .timeUp }) {
            return part(
                .fail, "did not come back, \(Wording.ending(stopped.ending)); without the field it does come back")
        }
        let first = gaps.compactMap(\.first)
        guard first.count == runs.count, let shortest = first.min() else {
            return part(.inconclusive, "was still waiting when the run was ended")
        }
        let reading = readings.first { seconds in
            first.allSatisfy { $0 >= seconds - Tolerance.early && $0 <= seconds + Tolerance.late(seconds) }
        }
        let isOwn = !AnnouncedWait.differ(first, own: gate.ownDelays)
        if let reading, !isOwn {
            let text = "read as \(Wording.wait(reading))"
            return part(.pass, text, note: value == "1.5" && reading > 1 ? nil : "\"\(value)\" is \(text)")
        }
        // A client that comes back at once may look like this on a machine that lets it wait for a processor.
        if loop.threshold == Self.hot, let own = gate.ownDelays.min(),
            let soon = gaps.first(where: { $0.count >= 2 && max($0[0], $0[1]) < min(own / 4, 4 * Self.hot) })
        {
            return part(
                .inconclusive,
                "came back after \(Wording.span(soon[0])) and again after \(Wording.span(soon[1])), much sooner than "
                    + "without the field (\(Wording.span(own)) at least), yet not at once")
        }
        return part(.pass, "came back after \(Wording.seconds(shortest))" + (isOwn ? ", as without the field" : ""))
    }

    static func conclude(_ parts: [Part]) -> Finding {
        let lines = parts.map {
            EvidenceLine("\"\($0.value)\": \($0.text)", speaksAgainst: $0.verdict == .fail)
        }
        func quoted(_ verdict: Verdict) -> [String] {
            parts.filter { $0.verdict == verdict }.map { "\"\($0.value)\"" }
        }
        let failed = quoted(.fail)
        let open = quoted(.inconclusive)
        let notes = parts.compactMap(\.note)
        if !failed.isEmpty {
            return Finding(
                .fail, expected: expected,
                actual: "it does not cope with \(Wording.list(failed))", evidence: lines, notes: notes)
        }
        if !open.isEmpty {
            return Finding(
                .inconclusive, expected: expected,
                actual: "nothing can be said of \(Wording.list(open))", evidence: lines, notes: notes)
        }
        return Finding(
            .pass, expected: expected, actual: "it copes with all \(parts.count) values", evidence: lines, notes: notes)
    }

    /// Every value of a journal that cannot be read. Who does not come back may have given up as ever.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            var values: [String] = []
            var pauses: [String: [[Double]]] = [:]
            for call in calls {
                let gaps = gaps(of: call.exchanges, stalls: observation.stalls)
                var here: [String: [Double]] = [:]
                for (number, exchange) in call.exchanges.enumerated() {
                    guard let value = unreadable(exchange, observation) else { continue }
                    if !values.contains(value) { values.append(value) }
                    here[value, default: []] += (number < gaps.count ? gaps[number] : nil).map { [$0.waited] } ?? []
                }
                for (value, waits) in here { pauses[value, default: []].append(waits) }
            }
            guard !values.isEmpty else {
                return Finding(.notApplicable, expected: expected, actual: "no Retry-After was malformed")
            }
            return conclude(values.map { read($0, pauses[$0] ?? []) })
        }
    }

    /// - Parameter pauses: those after the value, call by call.
    private static func read(_ value: String, _ pauses: [[Double]]) -> Part {
        func part(_ verdict: Verdict, _ text: String) -> Part { Part(value: value, verdict: verdict, text: text) }
        for call in pauses {
            if let (first, second) = zip(call, call.dropFirst()).first(where: { $0 < hot && $1 < hot }) {
                return part(.fail, "came back after \(Wording.span(first)) and again after \(Wording.span(second))")
            }
        }
        guard let shortest = pauses.joined().min() else {
            return part(.inconclusive, "nobody came back; whether that is a crash or the end of trying is not known")
        }
        guard pauses.joined().contains(where: { $0 >= hot }) else {
            return part(.inconclusive, "came back after \(Wording.span(shortest)), but never twice in a row")
        }
        return part(.pass, "came back after \(Wording.seconds(shortest))")
    }

    /// The value, where it is neither whole seconds nor a date.
    private static func unreadable(_ exchange: Exchange, _ observation: Observation) -> String? {
        guard exchange.isFailure, let reply = exchange.reply,
            case .malformed? = RetryAfter(
                in: reply.fields, reference: observation.wall(at: exchange.arrivedAt).time(at: exchange.arrivedAt))
        else { return nil }
        return reply.fields["Retry-After"] ?? ""
    }
}
