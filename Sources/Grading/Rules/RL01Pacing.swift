import HTTPSemantics
import Journal

/// RL-01: nothing is sent while nothing is left.
extension Rule {
    static let rl01 = Rule(
        id: "RL-01", title: "pauses while its quota is used up",
        requirement: "A client that reads RateLimit sends nothing between a response with r=0 and the end of its t.",
        level: .should, sources: [.rateLimitFields], profile: .many, scenarios: ["window"],
        procedure: """
            Twelve calls one after the other against a quota of five per three seconds, told in RateLimit fields of \
            every response; what exceeds it is refused. Three runs. Fail if in each of them a request begins after a \
            success with r=0 and before its t is over, and is refused; pass if none does. (t is rounded up to whole \
            seconds, and who knew better from earlier responses is admitted.) The field is a draft, so what \
            most clients do, to go on until 429, is named and not judged unless the owner declares that the client \
            reads the field.
            """,
        tolerances: """
            25 ms early, for the client's own timer. From a client whose calls overlap although it was told to make one \
            at a time, what begins in the first 50 ms was on its way already. Arrivals near a stall of the server are \
            not counted.
            """,
        errorRates: """
            Simulated, 20 gradings each: a client that pauses by the field passes always, one that goes on until it \
            is refused never.
            """,
        next: QuotaPause.next)
}

enum QuotaPause {
    fileprivate static let expected = "no request between r=0 and the end of its t"
    fileprivate static let underWay = 0.05

    static let request = RunRequest(
        .many("window", parameters: ["quota": "5/3s"], requests: 12, concurrency: 1, limit: .seconds(30)), count: 3)

    fileprivate static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        let missing = evidence.missing([request])
        guard missing.isEmpty else { return .run(missing) }
        let runs = evidence.runs(of: request)
        let wall = runs.first?.wall
        let picture = Picture.timeline(
            "Calls, and the pauses that r=0 asked for", of: runs.map { ("run \($0.round + 1)", $0) }
        ) { exchange in
            guard let reply = exchange.reply, let sent = exchange.repliedAt, let wall else { return nil }
            return RateLimitFields(reply.fields, received: wall.time(at: sent)).wait?.inSeconds
        }
        return .conclude(judge(runs, isDeclared: evidence.declared.rateLimitFields).showing(picture))
    }

    /// What one run shows.
    struct Reading {
        /// Successes that said that nothing was left.
        var announcements = 0
        /// Requests that began during such a pause and were refused.
        var intruding = 0
        /// Those that may have been on their way before it: calls go on beside each other, and little time had passed
        /// or the server was late.
        var doubtful = 0
        /// Pauses that ended with another request.
        var observed = 0
        /// The earliest of the requests that began in a pause, or the first after one: how long after r=0, in seconds.
        var shortest: Double?
        var asked: Double?

        init(_ run: Run) {
            for (position, exchange) in run.exchanges.enumerated() {
                guard let reply = exchange.reply, reply.status < 400, let from = exchange.endedAt,
                    let begin = exchange.repliedAt,
                    let wait = RateLimitFields(reply.fields, received: run.wall.time(at: begin)).wait
                else { continue }
                announcements += 1
                let end = begin + wait
                let others = run.exchanges[(position + 1)...].filter {
                    ($0.arrivedAt - from).inSeconds > (run.isSequential ? 0 : QuotaPause.underWay)
                }
                guard let first = others.first else { continue }
                observed += 1
                let waited = (first.arrivedAt - begin).inSeconds
                if waited < shortest ?? .infinity { (shortest, asked) = (waited, wait.inSeconds) }
                let early = run.exchanges[(position + 1)...].filter {
                    $0.arrivedAt > from && ($0.arrivedAt - end).inSeconds < -Tolerance.early
                        && ($0.reply?.status ?? 0) >= 400
                }
                // A stall makes an arrival later, never earlier: of one call at a time it excuses nothing.
                let excused =
                    run.isSequential
                    ? 0
                    : early.count {
                        ($0.arrivedAt - from).inSeconds <= QuotaPause.underWay || run.stalls.areNear($0.arrivedAt)
                    }
                doubtful += excused
                intruding += early.count - excused
            }
        }
    }

    /// Whether every run shows that it pauses.
    static func paces(_ readings: [Reading]) -> Bool {
        readings.allSatisfy { $0.observed > 0 && $0.intruding == 0 && $0.doubtful == 0 }
    }

    fileprivate static func judge(_ runs: [Run], isDeclared: Bool) -> Finding {
        if let defect = runs.compactMap(\.defect).first {
            return Finding(.inconclusive, expected: expected, actual: defect)
        }
        let readings = runs.map(Reading.init)
        let lines = zip(runs, readings).map { run, reading in
            let refused = run.exchanges.count { ($0.reply?.status ?? 0) >= 400 }
            return EvidenceLine(
                "run \(run.round + 1): r=0 \(Wording.count(reading.announcements, "time")), "
                    + "\(Wording.count(reading.intruding, "request")) before its t was over, \(refused) refused",
                asked: reading.asked, waited: reading.shortest, speaksAgainst: reading.intruding > 0)
        }
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        guard readings.allSatisfy({ $0.observed > 0 }) else {
            return finding(
                .inconclusive,
                readings.allSatisfy { $0.announcements == 0 }
                    ? "no response said that nothing was left: too few calls, too slow, or a dialect without the field"
                    : "no request followed a response with r=0")
        }
        let intruded = readings.count { $0.intruding > 0 }
        if intruded == 0 {
            guard paces(readings) else {
                return finding(
                    .inconclusive, "what came during a pause may have been on its way before: calls overlap")
            }
            return finding(
                .pass, "it paused after r=0, in \(Wording.count(runs.count, "run"))", "paces itself by RateLimit")
        }
        guard isDeclared else {
            return finding(
                .notApplicable, "it goes on after r=0 until it is refused, as most do: the field is a draft", "reactive"
            )
        }
        let shortest = readings.compactMap(\.shortest).min() ?? 0
        return finding(
            intruded == runs.count ? .fail : .inconclusive,
            "it went on after r=0 in \(Wording.share(intruded, of: runs.count, "run")), "
                + "\(Wording.span(shortest)) after it",
            "reactive")
    }
}
