import HTTPSemantics
import Journal

/// QE-01: calls are not wasted on a quota that is used up.
extension Rule {
    static let qe01 = Rule(
        id: "QE-01", title: "wastes few calls on a quota",
        requirement: "Where all calls of a client share a quota, a refusal of one holds back the others, so that few "
            + "requests are refused.",
        level: .practice, sources: [.openAILimits, .github, .rateLimitFields], profile: .many,
        scenarios: ["shared-quota", "shared-bucket"],
        procedure: """
            100 calls, ten at a time, against ten requests per 2 s in a fixed window, two runs. The efficiency is the \
            share of requests that were admitted. Pass from 0.80, fail below 0.40, else inconclusive; the worse run \
            counts. Also fail if, where refused requests are charged as well (a sliding window), nothing is admitted \
            for three windows while requests keep coming. The same quota as a bucket, and with refused requests \
            charged, is shown and not judged.
            """,
        tolerances: "None: requests are counted. Each run is watched for 45 s; the best schedule takes 18 s.",
        errorRates: """
            Exact counts. Simulated, five seeds: a limiter that all calls share scores 1.00; workers that stop together \
            at the first refusal 0.80 and more; workers that each obey Retry-After for themselves 0.53 if they are as \
            many as the quota (0.37 if twice as many), with or without jitter, and may lock each other out where \
            refused requests are charged.
            """,
        next: WastedCalls.next)
}

/// The run that QE-01 and QE-02 share.
enum SharedQuota {
    static let calls = 100
    static let workers = 10
    static let quota = 10
    static let window = 2.0
    static let judged = RunRequest(Scenarios.sharedQuota("fixed-window", charge: false), count: 2)

    /// The earliest time at which so many calls can be admitted.
    static func optimum(_ calls: Int) -> Double {
        OptimalSchedule.fixedWindow(calls: calls, quota: quota, window: window)
    }

    /// What both rules check first: the uses of the judged runs, or why there is nothing to judge.
    static func uses(_ evidence: Evidence) -> Result<[QuotaUse], NoUse> {
        let runs = evidence.runs(of: judged)
        if let defect = runs.compactMap(\.defect).first { return .failure(NoUse(.inconclusive, defect)) }
        let uses = runs.compactMap(QuotaUse.init)
        for use in uses where use.run.ending != .timeUp && use.run.ending != .tooManyRequests {
            let few = "only \(Wording.count(use.requests, "request")) of \(calls) came: does the command make "
            if use.requests < calls { return .failure(NoUse(.inconclusive, few + "{requests} calls?")) }
        }
        if uses.contains(where: { !$0.refused.isEmpty && !$0.announces }) {
            return .failure(
                NoUse(.notApplicable, "refusals of this dialect do not say when to come back, so nobody could know"))
        }
        return .success(uses)
    }

    struct NoUse: Error {
        var verdict: Verdict
        var actual: String

        init(_ verdict: Verdict, _ actual: String) {
            self.verdict = verdict
            self.actual = actual
        }
    }
}

private enum WastedCalls {
    static let good = 0.8
    static let poor = 0.4
    static let expected = "at least \(Wording.percent(good)) of the requests admitted"
    static let others: [(name: String, kind: RunRequest.Kind)] = [
        ("sliding window, refused requests charged", Scenarios.sharedQuota("sliding-window-log", charge: true)),
        ("bucket of ten, five a second", Scenarios.sharedBucket),
    ]

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        let missing = evidence.missing([SharedQuota.judged] + others.map { RunRequest($0.kind) })
        guard missing.isEmpty else { return .run(missing) }
        switch SharedQuota.uses(evidence) {
        case .failure(let none):
            return .conclude(Finding(none.verdict, expected: expected, actual: none.actual))
        case .success(let uses):
            let shown: [(name: String, use: QuotaUse)] = others.compactMap { other in
                evidence.runs(of: RunRequest(other.kind)).first.flatMap(QuotaUse.init).map { (other.name, $0) }
            }
            // What the verdict is about is what a reader sees.
            let stuck = shown.first(where: { isStuck($0.use) })
            let picture =
                stuck.map { Picture.admissions([$0.use], title: "Requests over time: \($0.name)") } ?? .admissions(uses)
            return .conclude(judge(uses, shown).showing(picture))
        }
    }

    static func judge(_ uses: [QuotaUse], _ shown: [(name: String, use: QuotaUse)]) -> Finding {
        let lines =
            uses.map { use in
                EvidenceLine(
                    "fixed window, run \(use.run.round + 1): \(use.counts), efficiency "
                        + Wording.decimal(use.efficiency, places: 2), speaksAgainst: use.efficiency < poor)
            }
            + shown.map { name, use in
                EvidenceLine(
                    "\(name): \(use.counts), efficiency \(Wording.decimal(use.efficiency, places: 2))"
                        + (isStuck(use) ? ", nothing admitted for \(Wording.wait(use.longestDrought))" : ""),
                    speaksAgainst: isStuck(use))
            }
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        guard let worst = uses.min(by: { $0.efficiency < $1.efficiency }) else {
            return finding(.inconclusive, "nothing was run")
        }
        if let stuck = shown.first(where: { isStuck($0.use) }) {
            return finding(
                .fail,
                "it locks itself out (\(stuck.name)): nothing admitted for \(Wording.wait(stuck.use.longestDrought)), "
                    + "however often it asked", "livelock")
        }
        let actual =
            "\(Wording.share(worst.refused.count, of: worst.requests, "request")) were refused: efficiency "
            + Wording.decimal(worst.efficiency, places: 2)
        if worst.efficiency >= good { return finding(.pass, actual) }
        if worst.efficiency < poor { return finding(.fail, actual) }
        return finding(
            .inconclusive,
            "\(actual), between \(Wording.decimal(poor, places: 2)) and \(Wording.decimal(good, places: 2))")
    }

    /// No admission for three windows, although requests came.
    private static func isStuck(_ use: QuotaUse) -> Bool {
        use.longestDrought > 3 * SharedQuota.window && use.refused.count >= 3
            && use.run.exchanges.count > use.admitted.count
    }
}

extension QuotaUse {
    /// When these arrived, in seconds from the first request.
    func seconds(of exchanges: [Exchange]) -> [Double] { exchanges.map { ($0.arrivedAt - start).inSeconds } }
}
