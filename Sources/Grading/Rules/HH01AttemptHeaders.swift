import HTTPSemantics
import Journal

/// HH-01: what the header of each attempt says of the call.
extension Rule {
    static let hh01 = Rule(
        id: "HH-01", title: "keeps its headers true over attempts",
        requirement:
            "Over the attempts of one call the identifiers of the call stay, a counter of attempts counts, time "
            + "stamps and signatures are renewed, and credentials are neither lost nor sent elsewhere.",
        level: .practice, sources: [.grpcRetries, .awsRetries, .idempotencyKey, .unauthorized, .redirects],
        profile: .get, scenarios: ["status-forever", "refused-forever", "redirected"],
        procedure: """
            The attempts of the runs of BO-02, and one run in which a 503 is followed by a redirect to another origin, \
            the same machine by another name. Each is judged only where the client sends it: identifiers of the call \
            (Idempotency-Key, amz-sdk-invocation-id, X-Correlation-Id, gccl-invocation-id) must not change; counters \
            (amz-sdk-request, X-Stainless-Retry-Count, grpc-previous-rpc-attempts, gccl-attempt-count and the like) \
            must go up by one; Date and X-Amz-Date must not be older than 5 s and the pause before the attempt, and a \
            signature must change with its time stamp; Authorization, Cookie and API keys must be on every attempt, and \
            not at the other origin. X-Request-Id may name the call or the attempt and is only shown.
            """,
        tolerances: "A time stamp may be 5 s old, and as much older as the client paused: it may sign before it waits.",
        errorRates: "Exact. Secrets are compared by a keyed digest; a changed bearer token counts as a new credential.",
        next: AttemptHeaders.next)
}

private enum AttemptHeaders {
    static let expected = "headers that agree over the attempts of a call"
    static let identifiers = ["Idempotency-Key", "X-Idempotency-Key", "Amz-Sdk-Invocation-Id", "X-Correlation-Id"]
    static let eitherWay = ["X-Request-Id", "X-Client-Request-Id", "X-Ms-Client-Request-Id", "Traceparent"]
    static let counters = ["X-Stainless-Retry-Count", "Grpc-Previous-Rpc-Attempts", "X-Retry-Count", "X-Retry-Attempt"]
    static let credentials = ["Authorization", "Cookie", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "X-Auth-Token"]
    static let oldest = 5.0

    static func next(_ evidence: Evidence) -> Rule.Step {
        let redirected = RunRequest(Scenarios.redirected)
        return afterLadder(evidence, expected: expected, with: [redirected]) { _, ladder, _ in
            let elsewhere = evidence.runs(of: redirected).first
            let rows = ladder.runs.prefix(2).map { ("503 for ever, run \($0.round + 1)", $0) }
            let picture = Picture.timeline(
                "Attempts whose header fields were compared", of: rows + (elsewhere.map { [("redirected", $0)] } ?? []))
            return .conclude(judge(ladder.runs, redirected: elsewhere).showing(picture))
        }
    }

    /// One thing that headers say.
    struct Check {
        enum Answer { case kept, broken, absent }
        var name: String
        var answer: Answer
        var text: String

        var line: EvidenceLine { EvidenceLine("\(name): \(text)", speaksAgainst: answer == .broken) }
    }

    static func judge(_ runs: [Run], redirected: Run?) -> Finding {
        let repeated = runs.filter { $0.retries > 0 }
        let checks = [
            identity(repeated), count(repeated), freshness(repeated), renewal(repeated), retention(repeated),
            origin(redirected),
        ]
        let broken = checks.filter { $0.answer == .broken }
        let kept = checks.filter { $0.answer == .kept }
        let changing = eitherWay.filter { name in
            repeated.contains { Set($0.exchanges.map { $0.arrival.fields[name] }).count > 1 }
        }
        let lines = checks.map(\.line) + changing.map { EvidenceLine("\($0): another at each attempt (not judged)") }
        func finding(_ verdict: Verdict, _ actual: String) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines)
        }
        if !broken.isEmpty {
            return finding(.fail, Wording.list(broken.map { "\($0.name): \($0.text)" }))
        }
        return kept.isEmpty
            ? finding(.notApplicable, "it sends no identifier, counter, time stamp or credential")
            : finding(.pass, "\(Wording.list(kept.map(\.name))) are as they should be")
    }

    // MARK: - Checks

    static func identity(_ runs: [Run]) -> Check {
        let name = "identifiers of the call"
        let readings =
            identifiers.map { field in (field, { (exchange: Exchange) in exchange.arrival.fields[field] }) }
            + [("gccl-invocation-id", { $0.googleToken("gccl-invocation-id") })]
        let sent = readings.filter { reading in runs.contains { $0.exchanges.contains { reading.1($0) != nil } } }
        guard !sent.isEmpty else { return Check(name: name, answer: .absent, text: "it sends none") }
        let changing = sent.filter { reading in
            runs.contains { run in Set(run.exchanges.map { reading.1($0) }).count > 1 }
        }
        return changing.isEmpty
            ? Check(name: name, answer: .kept, text: "\(Wording.list(sent.map(\.0))) stays")
            : Check(
                name: name, answer: .broken,
                text: "\(Wording.list(changing.map(\.0))) changes or vanishes between attempts")
    }

    static func count(_ runs: [Run]) -> Check {
        let name = "counter of attempts"
        let readings: [(String, (Exchange) -> Int?)] =
            counters.map { field in (field, { $0.arrival.fields[field].flatMap { Int($0) } }) } + [
                ("amz-sdk-request", { $0.arrival.fields["Amz-Sdk-Request"].flatMap { attempt(in: $0) } }),
                ("gccl-attempt-count", { $0.googleToken("gccl-attempt-count").flatMap { Int($0) } }),
            ]
        var counting: String?
        for (field, read) in readings {
            for run in runs {
                let values = run.exchanges.map(read)
                guard values.contains(where: { $0 != nil }) else { continue }
                let text = "\(field) says \(values.map { $0.map(String.init) ?? "nothing" }.joined(separator: ", "))"
                guard counts(values) else { return Check(name: name, answer: .broken, text: text) }
                counting = counting ?? text
            }
        }
        return Check(name: name, answer: counting == nil ? .absent : .kept, text: counting ?? "it sends none")
    }

    /// Whether each is one more than the one before. A field that begins with the first retry may count attempts or
    /// retries.
    static func counts(_ values: [Int?]) -> Bool {
        let rest = values.first == .some(nil) ? values.dropFirst() : values[...]
        let counted = rest.compactMap(\.self)
        guard counted.count == rest.count, rest.count == values.count || (1...2).contains(counted.first ?? 0) else {
            return false
        }
        return zip(counted, counted.dropFirst()).allSatisfy { $0 + 1 == $1 }
    }

    /// `attempt=2; max=5`.
    static func attempt(in value: String) -> Int? {
        value.split(separator: ";").lazy.map { $0.filter { $0 != " " } }.first { $0.hasPrefix("attempt=") }
            .flatMap { Int($0.dropFirst(8)) }
    }

    static func freshness(_ runs: [Run]) -> Check {
        let name = "time stamps"
        var worst: (text: String, excess: Double)?
        for run in runs {
            for (position, exchange) in run.exchanges.enumerated() {
                let now = run.wall.time(at: exchange.arrivedAt)
                guard let stamp = exchange.stamp(now) else { continue }
                let pause = position > 0 ? run.gaps[position - 1]?.waited ?? 0 : 0
                let age = (now - stamp).inSeconds
                // A stamp has whole seconds.
                let excess = age - 1 - oldest - pause
                if excess > worst?.excess ?? -.infinity {
                    worst = ("\(Wording.wait(age)) old at attempt \(position + 1)", excess)
                }
            }
        }
        guard let worst else { return Check(name: name, answer: .absent, text: "it sends none") }
        return Check(name: name, answer: worst.excess > 0 ? .broken : .kept, text: "at most \(worst.text)")
    }

    static func renewal(_ runs: [Run]) -> Check {
        let name = "signatures"
        var isSigned = false
        for run in runs {
            for (first, second) in zip(run.exchanges, run.exchanges.dropFirst()) {
                guard let before = first.arrival.fields["X-Amz-Date"], let after = second.arrival.fields["X-Amz-Date"],
                    let signature = first.arrival.fields["Authorization"]
                else { continue }
                isSigned = true
                if before != after, signature == second.arrival.fields["Authorization"] {
                    return Check(name: name, answer: .broken, text: "X-Amz-Date is renewed and the signature is not")
                }
            }
        }
        return isSigned
            ? Check(name: name, answer: .kept, text: "renewed with their time stamp")
            : Check(name: name, answer: .absent, text: "it signs nothing")
    }

    static func retention(_ runs: [Run]) -> Check {
        let name = "credentials"
        let sent = credentials.filter { field in
            runs.contains { $0.exchanges.first?.arrival.fields.firstValue(of: field) != nil }
        }
        guard !sent.isEmpty else { return Check(name: name, answer: .absent, text: "it sends none") }
        let lost = sent.filter { field in
            runs.contains { run in
                run.exchanges.first?.arrival.fields.firstValue(of: field) != nil
                    && run.exchanges.contains { $0.arrival.fields.firstValue(of: field) == nil }
            }
        }
        return lost.isEmpty
            ? Check(name: name, answer: .kept, text: "\(Wording.list(sent)) on every attempt")
            : Check(name: name, answer: .broken, text: "\(Wording.list(lost)) is missing on later attempts")
    }

    static func origin(_ run: Run?) -> Check {
        let name = "credentials at another origin"
        guard let first = run?.exchanges.first, let run else {
            return Check(name: name, answer: .absent, text: "no request arrived")
        }
        guard credentials.contains(where: { first.arrival.fields.firstValue(of: $0) != nil }) else {
            return Check(name: name, answer: .absent, text: "it sends no credentials")
        }
        let host = first.arrival.fields["Host"]
        let elsewhere = run.exchanges.filter { $0.arrival.fields["Host"] != host }
        guard !elsewhere.isEmpty else { return Check(name: name, answer: .absent, text: "it follows no redirect") }
        let leaked = credentials.filter { field in
            elsewhere.contains { $0.arrival.fields.firstValue(of: field) != nil }
        }
        return leaked.isEmpty
            ? Check(name: name, answer: .kept, text: "none after a redirect")
            : Check(name: name, answer: .broken, text: "\(Wording.list(leaked)) is sent to it after a redirect")
    }
}

extension Exchange {
    /// The value of `NAME/VALUE` in the field with which Google's clients describe themselves.
    fileprivate func googleToken(_ name: String) -> String? {
        arrival.fields["X-Goog-Api-Client"]?.split(separator: " ").first { $0.hasPrefix("\(name)/") }
            .map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    /// When the client says that it made the request.
    fileprivate func stamp(_ now: WallTime) -> WallTime? {
        arrival.fields["X-Amz-Date"].flatMap { BasicTimestamp.parse($0) }
            ?? arrival.fields["Date"].flatMap { HTTPDate.parse($0, reference: now)?.time }
    }
}
