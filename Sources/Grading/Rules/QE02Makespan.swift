import HTTPSemantics

/// QE-02: a quota is used while it is there.
extension Rule {
    static let qe02 = Rule(
        id: "QE-02", title: "gets through a quota in good time",
        requirement: "Many calls that share a quota take little longer than the quota itself makes them.",
        level: .practice, sources: [.rateLimitFields, .retryAfter], profile: .many, scenarios: ["shared-quota"],
        procedure: """
            The runs of QE-01 in a fixed window. The best schedule admits the last of 100 calls after 18 s; the score \
            is that time over the observed one, the time of one response added to both. Pass from 0.80, fail below \
            0.50, else inconclusive; the worse run counts. When 95 % were admitted is shown beside it: one straggler \
            moves the last admission and not that. Inconclusive where more than five calls were given up.
            """,
        tolerances: "Each run is watched for 45 s; what is not through by then has a score below 0.40.",
        errorRates: """
            The bound is exact: it agrees with the upstream's own limiter in 400 random cases. Simulated, five seeds: \
            workers that obey Retry-After exactly score 0.99 and more, a limiter that spaces calls evenly 0.90, \
            Retry-After with up to 1 s of jitter 0.80 to 0.83, full-jitter backoff that does not read it 0.42 to 0.54.
            """,
        next: Makespan.next)
}

private enum Makespan {
    static let good = 0.8
    static let poor = 0.5
    static let expected =
        "the last of \(SharedQuota.calls) calls admitted within "
        + "\(Wording.decimal(SharedQuota.optimum(SharedQuota.calls) / good, places: 1)) s, "
        + "\(Wording.wait(SharedQuota.optimum(SharedQuota.calls))) being the best"

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        let missing = evidence.missing([SharedQuota.judged])
        guard missing.isEmpty else { return .run(missing) }
        switch SharedQuota.uses(evidence) {
        case .failure(let none): return .conclude(Finding(none.verdict, expected: expected, actual: none.actual))
        case .success(let uses): return .conclude(judge(uses).showing(.admissions(uses)))
        }
    }

    /// How well one run did.
    struct Score {
        var use: QuotaUse
        var value: Double
        var isOpen: Bool
        var givenUp: Int

        init(_ use: QuotaUse) {
            self.use = use
            isOpen = use.run.ending == .timeUp || use.run.ending == .tooManyRequests
            givenUp = isOpen ? 0 : max(0, SharedQuota.calls - use.admitted.count)
            let observed =
                isOpen && use.admitted.count < SharedQuota.calls
                ? (use.run.endedAt - use.start).inSeconds : use.lastAdmission
            let admitted = isOpen ? SharedQuota.calls : use.admitted.count
            value = (SharedQuota.optimum(admitted) + use.service) / (observed + use.service)
        }

        var line: EvidenceLine {
            EvidenceLine(
                "run \(use.run.round + 1): \(use.admitted.count) admitted, the last after "
                    + "\(Wording.seconds(use.lastAdmission)), 95 % of them after "
                    + "\(Wording.seconds(use.admission(at: 0.95))): score \(Wording.decimal(value, places: 2))",
                waited: use.lastAdmission, speaksAgainst: value < poor)
        }
    }

    static func judge(_ uses: [QuotaUse]) -> Finding {
        let scores = uses.map(Score.init)
        func finding(_ verdict: Verdict, _ actual: String) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: scores.map(\.line))
        }
        guard let worst = scores.min(by: { $0.value < $1.value }) else {
            return finding(.inconclusive, "nothing was run")
        }
        if let quitter = scores.first(where: { $0.givenUp > 5 }) {
            return finding(
                .inconclusive,
                "\(quitter.givenUp) of \(SharedQuota.calls) calls were given up, so how long all of them take cannot be "
                    + "said")
        }
        let actual =
            worst.isOpen && worst.use.admitted.count < SharedQuota.calls
            ? "only \(worst.use.admitted.count) of \(SharedQuota.calls) calls were through at the end of the run"
            : "the last call was admitted after \(Wording.seconds(worst.use.lastAdmission)): score "
                + Wording.decimal(worst.value, places: 2)
        return finding(worst.value >= good ? .pass : worst.value < poor ? .fail : .inconclusive, actual)
    }
}
