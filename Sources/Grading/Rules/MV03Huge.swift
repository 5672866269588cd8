import HTTPSemantics
import Journal

/// MV-03: a long wait is not cut short.
extension Rule {
    static let mv03 = Rule(
        id: "MV-03", title: "does not shorten a long Retry-After",
        requirement: "Told to wait longer than it likes, the client waits or gives up; it does not come back early.",
        level: .practice, sources: [.retryAfter, .rateLimitFields], profile: .get, scenarios: ["raw-hint"],
        procedure: """
            A failure with Retry-After 61, 121, 86400 and 99999999999999999999, a run each. Fail if another request \
            comes within 45 s: the client fell back to a shorter delay, or the number overflowed. Pass if it still \
            waits or has given up.
            """,
        tolerances: "None. Each run is watched for 45 s.",
        errorRates: "A client that comes back early, but after more than 45 s, is not seen.",
        next: Huge.next, observe: Huge.observe)
}

private enum Huge {
    static let expected = "no further request within 45 s of being told to wait for longer"
    static let observation: Duration = .seconds(45)
    static let values = ["61", "121", "86400", "99999999999999999999"]

    static func next(_ evidence: Evidence) -> Rule.Step {
        afterGate(evidence, expected: expected) { gate in
            let status = gate.retriesUnavailable ? 503 : 429
            let requests = values.map {
                RunRequest(Scenarios.rawHint($0, status: status, times: 1, limit: observation))
            }
            let missing = evidence.missing(requests)
            guard missing.isEmpty else { return .run(missing) }
            let runs = zip(values, requests).compactMap { value, request in
                evidence.runs(of: request).first.map { (value: value, run: $0) }
            }
            // The longest is beyond 64 bits, so it is not read as seconds.
            let picture = Picture.timeline(
                "Attempts and the waits they were asked for", of: runs.map { ("asked \($0.value) s", $0.run) }
            ) { exchange in
                exchange.reply?.fields["Retry-After"].flatMap { Double($0) }
            }
            return .conclude(judge(runs).showing(picture))
        }
    }

    static func judge(_ runs: [(value: String, run: Run)]) -> Finding {
        if let defect = runs.compactMap(\.run.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        var lines: [EvidenceLine] = []
        var early: [String] = []
        var givenUp: [String] = []
        var notes: [String] = []
        for (value, run) in runs {
            if run.retries > 0 {
                early.append(value)
                let waited = run.gaps.first??.waited
                lines.append(
                    EvidenceLine(
                        "asked \(value) s, came back" + (waited.map { " after \(Wording.seconds($0))" } ?? " at once"),
                        asked: Double(value), waited: waited, speaksAgainst: true))
            } else if run.ending == .timeUp {
                lines.append(EvidenceLine("asked \(value) s, still waiting after 45 s", asked: Double(value)))
            } else {
                givenUp.append(value)
                lines.append(
                    EvidenceLine("asked \(value) s, gave up: \(Wording.ending(run.ending))", asked: Double(value)))
                if run.ending == .exited(0) { notes.append("it exits with 0 when it gives up on \(value) s") }
            }
        }
        if !early.isEmpty {
            return Finding(
                .fail, expected: expected, actual: "it comes back early when told to wait \(Wording.list(early)) s",
                evidence: lines, classification: "shortens waits from \(early[0]) s on")
        }
        let name = givenUp.first.map { "gives up at \($0) s" } ?? "waits"
        return Finding(
            .pass, expected: expected, actual: "it never comes back early: it \(name)", evidence: lines, notes: notes,
            classification: name)
    }

    /// In a journal every wait of a minute or more counts.
    static func observe(_ observation: Observation) -> Finding {
        judgeObservation(observation, expected: expected) { calls in
            let end = observation.exchanges.map { $0.endedAt ?? $0.arrivedAt }.max() ?? .zero
            var lines: [EvidenceLine] = []
            var decided = 0
            for call in calls {
                for (number, exchange) in call.exchanges.enumerated() {
                    guard let asked = exchange.announcedSeconds, asked >= 60, let replied = exchange.repliedAt,
                        let value = exchange.reply?.fields["Retry-After"]
                    else { continue }
                    let name = "\(call.name), asked \(value) s"
                    let following = call.exchanges.dropFirst(number + 1).first
                    guard let following else {
                        let watched = (end - replied).inSeconds
                        let isLong = watched >= watchedFor
                        decided += isLong ? 1 : 0
                        lines.append(
                            EvidenceLine(
                                isLong
                                    ? "\(name), no further request in \(Wording.wait(watched.rounded(.down)))"
                                    : "\(name), and the journal ends \(Wording.span(watched)) later", asked: asked))
                        continue
                    }
                    let stalls = observation.stalls
                    guard let gap = Gap.between(exchange, following, number: number + 1, stalls: stalls) else {
                        continue
                    }
                    let isEarly = gap.waited < asked - Tolerance.early
                    let isCertain = isEarly || gap.certainlyWaited >= asked - Tolerance.early
                    decided += isCertain ? 1 : 0
                    lines.append(
                        EvidenceLine(
                            "\(name), came back after \(Wording.seconds(gap.waited))", asked: asked,
                            waited: gap.waited, speaksAgainst: isEarly))
                }
            }
            func finding(_ verdict: Verdict, _ actual: String) -> Finding {
                Finding(verdict, expected: expected, actual: actual, evidence: lines)
            }
            let early = lines.count(where: \.speaksAgainst)
            if early > 0 {
                return finding(
                    .fail, "it comes back early after \(Wording.share(early, of: lines.count, "long wait"))")
            }
            if lines.isEmpty { return finding(.notApplicable, "no response asked to wait for a minute or longer") }
            return decided > 0
                ? finding(.pass, "it never comes back early from \(Wording.count(decided, "long wait"))")
                : finding(.inconclusive, "the journal ends too soon after \(Wording.count(lines.count, "long wait"))")
        }
    }

    /// In seconds.
    private static let watchedFor = observation.inSeconds
}
