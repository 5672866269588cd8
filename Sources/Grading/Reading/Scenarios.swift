import HTTPSemantics

/// The runs that rules ask for, by scenario: `fixtures/suites/NAME.yaml`.
enum Scenarios {
    /// The names of all of them.
    static let names = [
        "cut-short", "last-chunk-missing", "broken-download", "redirected",
        "shared-quota", "shared-bucket", "few-at-once", "outage",
        "status-once", "refused-once", "status-forever", "refused-forever", "raw-hint", "past-date", "date-once",
        "herd",
        "post-broken", "post-interrupted", "post-refused", "hint-sequence", "redirected-later", "skewed-date",
        "two-hints",
        "broken-forever", "hung",
    ]

    /// Longer than a first delay of half a minute.
    static let patience: Duration = .seconds(35)

    /// A literal status, with or without a hint in seconds, once; then success.
    static func statusOnce(_ status: Int, hint: Int? = nil) -> RunRequest.Kind {
        RunRequest.Kind(
            "status-once", parameters: ["status": "\(status)", "hint": text(hint)], pacing: .free,
            limit: patience + .seconds(hint ?? 0))
    }

    /// The dialect's refusal, with or without a hint in seconds, once; then success.
    static func refusedOnce(hint: Int?) -> RunRequest.Kind {
        RunRequest.Kind(
            "refused-once", parameters: ["hint": text(hint)], pacing: .free, limit: patience + .seconds(hint ?? 0))
    }

    /// A literal status for ever.
    static func statusForever(_ status: Int, pacing: RunRequest.Pacing, limit: Duration) -> RunRequest.Kind {
        RunRequest.Kind("status-forever", parameters: ["status": "\(status)"], pacing: pacing, limit: limit)
    }

    /// The dialect's refusal for ever.
    static func refusedForever(hint: Int?, pacing: RunRequest.Pacing, limit: Duration) -> RunRequest.Kind {
        RunRequest.Kind("refused-forever", parameters: ["hint": text(hint)], pacing: pacing, limit: limit)
    }

    /// The three upstreams that never recover: stacked retry loops often show only on the last.
    ///
    /// - Parameter announce: whether the dialect's refusals carry a Retry-After where one is asked for.
    static func neverRecovering(
        _ thoroughness: Evidence.Thoroughness, announce: Bool = true
    ) -> [(name: String, kind: RunRequest.Kind)] {
        let limit = Ladder.observation(thoroughness)
        return [
            ("503 for ever", statusForever(503, pacing: .timed, limit: limit)),
            ("refusals without a hint", refusedForever(hint: nil, pacing: .free, limit: limit)),
            (
                announce ? "refusals with a hint of 1 s" : "refusals again, which carry no hint in this dialect",
                refusedForever(hint: 1, pacing: .free, limit: limit)
            ),
        ]
    }

    /// A success that announces more than comes, and `close` or `reset` after it; then success.
    static func cutShort(_ action: String) -> RunRequest.Kind {
        RunRequest.Kind("cut-short", parameters: ["break": action], pacing: .free, limit: patience)
    }

    /// A success in chunks without the last one; then success.
    static let lastChunkMissing = RunRequest.Kind("last-chunk-missing", pacing: .free, limit: patience)

    /// A body of 1 MiB, of which the first responses bring 256 KiB each; then all of it.
    ///
    /// - Parameter other: whether another representation has taken its place after the first response.
    static func brokenDownload(times: Int, other: Bool = false) -> RunRequest.Kind {
        var parameters = ["breaks": "\(times)"]
        if other { parameters["then"] = "1000 KiB" }
        return RunRequest.Kind("broken-download", parameters: parameters, pacing: .free, limit: patience)
    }

    /// 503, then a redirect to the same machine by another name, then success.
    static let redirected = RunRequest.Kind("redirected", pacing: .free, limit: patience)

    /// No response at all, every connection being reset.
    static let resetForever = brokenForever(after: "request", "reset")

    /// A status a few times with these bytes as its Retry-After, then success.
    static func rawHint(_ value: String, status: Int, times: Int, limit: Duration) -> RunRequest.Kind {
        RunRequest.Kind(
            "raw-hint", parameters: ["value": value, "status": "\(status)", "failures": "\(times)"], pacing: .free,
            limit: limit)
    }

    /// A status a few times with a Retry-After that was over so many seconds ago, then success.
    static func pastDate(age: Int, status: Int, times: Int, limit: Duration) -> RunRequest.Kind {
        RunRequest.Kind(
            "past-date", parameters: ["wait": "-\(age)s", "status": "\(status)", "failures": "\(times)"],
            pacing: .free, limit: limit)
    }

    /// A status whose Retry-After is a date, sent at a fraction of a wall second; then success.
    static func dateOnce(
        status: Int, wait: Int, form: HTTPDateForm, phase milliseconds: Int
    ) -> RunRequest.Kind {
        RunRequest.Kind(
            "date-once",
            parameters: [
                "status": "\(status)", "wait": "\(wait)s", "form": form.rawValue, "phase": "\(milliseconds)ms",
            ], pacing: .free, limit: patience + .seconds(wait))
    }

    /// Three failures that ask for these waits in seconds, then success.
    static func hintSequence(_ waits: (Int, Int, Int), status: Int, limit: Duration) -> RunRequest.Kind {
        RunRequest.Kind(
            "hint-sequence",
            parameters: [
                "status": "\(status)", "first": text(waits.0), "second": text(waits.1), "third": text(waits.2),
            ], pacing: .free, limit: limit)
    }

    /// A redirect to `/elsewhere` that asks to wait, then success.
    static func redirectedLater(wait: Int) -> RunRequest.Kind {
        RunRequest.Kind(
            "redirected-later", parameters: ["wait": text(wait)], pacing: .free, limit: .seconds(wait + 13))
    }

    /// A status whose Retry-After is the response's Date and a wait, both by a clock that is wrong; then success.
    static func skewedDate(status: Int, wait: Int, skew: Int, limit: Duration) -> RunRequest.Kind {
        RunRequest.Kind(
            "skewed-date",
            parameters: ["status": "\(status)", "wait": text(wait), "skew": text(skew)], pacing: .free, limit: limit)
    }

    /// A status whose Retry-After says one wait and whose RateLimit says another, in seconds; then success.
    static func twoHints(status: Int, retryAfter: Int, rateLimit: Int) -> RunRequest.Kind {
        RunRequest.Kind(
            "two-hints",
            parameters: [
                "status": "\(status)", "wait": text(retryAfter), "limit": "\"d\";r=0;t=\(rateLimit)",
            ], pacing: .free, limit: patience + .seconds(max(retryAfter, rateLimit)))
    }

    /// Every exchange breaks at this point (`request`, `headers 50 %`) by `reset` or `close`.
    static func brokenForever(after point: String, _ action: String) -> RunRequest.Kind {
        RunRequest.Kind(
            "broken-forever", parameters: ["after": point, "break": action], pacing: .free, limit: patience)
    }

    /// Nothing is ever answered.
    static func hung(limit: Duration) -> RunRequest.Kind {
        RunRequest.Kind("hung", pacing: .free, limit: limit)
    }

    /// A herd: every worker is held until all are there and refused together, `failures` times; then success. The
    /// grader sets `group` and `workers`.
    static func herd(
        failures: Int, status: Int, hint: Int? = nil, workers: Int, client: RunRequest.Client, limit: Duration
    ) -> RunRequest.Kind {
        var parameters = ["failures": "\(failures)", "status": "\(status)"]
        if let hint { parameters["hint"] = text(hint) }
        return RunRequest.Kind(
            "herd", parameters: parameters, profile: .workers, client: client, pacing: .alone, limit: limit,
            workers: workers)
    }

    /// A POST that is read whole and then broken off: `reset` or `close`; then success.
    static func postBroken(_ action: String) -> RunRequest.Kind {
        RunRequest.Kind(
            "post-broken", parameters: ["break": action], profile: .post, pacing: .free, limit: patience)
    }

    /// A POST that is refused with 503, broken off at the next try, and then succeeds.
    static let postInterrupted = RunRequest.Kind("post-interrupted", profile: .post, pacing: .free, limit: patience)

    /// A POST that is refused with 503 so many times and then succeeds.
    static func postRefused(_ times: Int) -> RunRequest.Kind {
        RunRequest.Kind(
            "post-refused", parameters: ["failures": "\(times)"], profile: .post, pacing: .free, limit: patience)
    }

    /// Ten requests per 2 s, for 100 calls of which ten are under way at a time.
    ///
    /// - Parameter charge: whether refused requests are charged as well.
    static func sharedQuota(_ algorithm: String, charge: Bool) -> RunRequest.Kind {
        .many(
            "shared-quota", parameters: ["algorithm": algorithm, "charge": "\(charge)"], requests: SharedQuota.calls,
            concurrency: SharedQuota.workers, limit: .seconds(45))
    }

    /// The same quota as a bucket.
    static let sharedBucket = RunRequest.Kind.many(
        "shared-bucket", requests: SharedQuota.calls, concurrency: SharedQuota.workers, limit: .seconds(45))

    /// So many calls against an upstream that serves only `places` at a time.
    static func fewAtOnce(calls: Int, workers: Int, places: Int, work: Double) -> RunRequest.Kind {
        .many(
            "few-at-once", parameters: ["places": "\(places)", "work": "\(Int(work * 1000))ms"], requests: calls,
            concurrency: workers, limit: .seconds(40))
    }

    /// Calls that all fail: 503, or the dialect's refusal without a hint.
    static func manyFailures(
        status503: Bool, requests: Int, concurrency: Int, rate: Double = 1_000
    ) -> RunRequest.Kind {
        .many(
            status503 ? "status-forever" : "refused-forever",
            parameters: status503 ? ["status": "503"] : ["hint": text(nil)], requests: requests,
            concurrency: concurrency, rate: rate, limit: .seconds(60))
    }

    /// Calls at a steady rate; 503 in a stretch of time since the lane began, in seconds.
    static func outage(
        from: Double, until: Double, requests: Int, concurrency: Int, rate: Double
    ) -> RunRequest.Kind {
        .many(
            "outage", parameters: ["from": "\(Int(from))s", "until": "\(Int(until))s"], requests: requests,
            concurrency: concurrency, rate: rate, limit: .seconds(75))
    }

    private static func text(_ hint: Int?) -> String { hint.map { "\($0)s" } ?? "none" }
}
