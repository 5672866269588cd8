import HTTPSemantics
import Journal

/// CL-01: fewer requests at a time where the upstream takes only a few.
extension Rule {
    static let cl01 = Rule(
        id: "CL-01", title: "adapts to a limit on concurrency",
        requirement: "Where the upstream serves only a few requests at a time, the client has fewer under way rather "
            + "than being refused for ever.",
        level: .practice, sources: [.concurrencyUnit, .connections, .buildersLibrary], profile: .many,
        scenarios: ["few-at-once"],
        procedure: """
            200 calls, twenty at a time, against an upstream that serves five at a time, each for 100 ms, and refuses \
            the others, two runs. Pass if at most 20 % of the second half of the requests are refused and the last \
            call ends within 1.67 times the best time (4 s); fail if more than 70 % of the second half are refused; \
            else inconclusive. The worse run counts. Not applicable if it is never refused: then it never had more \
            than five under way.
            """,
        tolerances: "Each run is watched for 40 s, or 1,000 requests.",
        errorRates: """
            Exact counts. Twenty workers that try again after a fixed or random second end at about half refused: \
            inconclusive. Only who tries again at once, or who lets the number of requests under way fall, is decided.
            """,
        next: FewAtOnce.next)
}

private enum FewAtOnce {
    static let calls = 200
    static let workers = 20
    static let places = 5
    static let work = 0.1
    static let few = 0.2
    static let many = 0.7
    static let good = 0.6
    static let request = RunRequest(
        Scenarios.fewAtOnce(calls: calls, workers: workers, places: places, work: work), count: 2)
    static let best = OptimalSchedule.concurrency(calls: calls, places: places, service: work)
    static let expected =
        "at most \(Wording.percent(few)) of the later requests refused, and all done within "
        + "\(Wording.decimal(best / good, places: 1)) s"

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        let missing = evidence.missing([request])
        guard missing.isEmpty else { return .run(missing) }
        let runs = evidence.runs(of: request)
        if let defect = runs.compactMap(\.defect).first {
            return .conclude(Finding(.inconclusive, expected: expected, actual: defect))
        }
        let uses = runs.compactMap(QuotaUse.init)
        return .conclude(judge(uses.map(Score.init)).showing(.admissions(uses)))
    }

    struct Score {
        var use: QuotaUse
        /// Of the second half of the requests.
        var refusedShare: Double
        var efficiency: Double
        var isOpen: Bool
        var givenUp: Int
        var connections: Int

        init(_ use: QuotaUse) {
            self.use = use
            let later = use.run.exchanges.suffix(use.requests / 2)
            refusedShare = Double(later.count(where: \.isRefusedByLimit)) / Double(max(1, later.count))
            isOpen = use.run.ending == .timeUp || use.run.ending == .tooManyRequests
            givenUp = isOpen ? 0 : max(0, calls - use.admitted.count)
            let last = use.admitted.compactMap(\.endedAt).max() ?? use.run.endedAt
            let observed = ((isOpen ? use.run.endedAt : last) - use.start).inSeconds
            let bound = OptimalSchedule.concurrency(
                calls: isOpen ? calls : use.admitted.count, places: places, service: work)
            efficiency = bound / max(observed, 0.001)
            connections = Set(use.run.exchanges.map(\.arrival.connection)).count
        }

        var line: EvidenceLine {
            EvidenceLine(
                "run \(use.run.round + 1): \(use.counts), \(Wording.percent(refusedShare)) of the second half refused, "
                    + "score \(Wording.decimal(efficiency, places: 2)), \(connections) connections for "
                    + "\(Wording.count(use.requests, "request"))",
                speaksAgainst: refusedShare > many)
        }
    }

    static func judge(_ scores: [Score]) -> Finding {
        func finding(_ verdict: Verdict, _ actual: String, _ classification: String? = nil) -> Finding {
            Finding(
                verdict, expected: expected, actual: actual, evidence: scores.map(\.line),
                classification: classification)
        }
        if let short = scores.first(where: { !$0.isOpen && $0.use.requests < calls }) {
            return finding(
                .inconclusive,
                "only \(Wording.count(short.use.requests, "request")) of \(calls) came: does the command make {requests} "
                    + "calls?")
        }
        guard scores.allSatisfy({ !$0.use.refused.isEmpty }),
            let worst = scores.max(by: { $0.refusedShare < $1.refusedShare })
        else {
            return finding(
                .notApplicable, "it was never refused, so it never had more than \(places) requests under way")
        }
        let actual =
            "\(Wording.percent(worst.refusedShare)) of the later requests were refused"
        if worst.refusedShare > many { return finding(.fail, actual, "keeps its concurrency") }
        if let quitter = scores.first(where: { $0.givenUp > 5 }) {
            return finding(.inconclusive, "\(actual), and \(quitter.givenUp) of \(calls) calls were given up")
        }
        let slowest = scores.map(\.efficiency).min() ?? 0
        let time = "score \(Wording.decimal(slowest, places: 2)) against the best time of \(Wording.wait(best))"
        return worst.refusedShare <= few && slowest >= good
            ? finding(.pass, "\(actual), \(time)", "adapts its concurrency")
            : finding(.inconclusive, "\(actual), \(time)")
    }
}
