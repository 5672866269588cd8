import HTTPSemantics
import Journal

/// AM-02: retries have a budget.
extension Rule {
    static let am02 = Rule(
        id: "AM-02", title: "has a budget for retries",
        requirement: "When everything fails, retries end up a small share of the calls, whatever each call is allowed.",
        level: .practice, sources: [.finagleBudget, .grpcRetries, .awsRetries, .towerBudget], profile: .many,
        scenarios: ["status-forever", "refused-forever"],
        procedure: """
            200 calls, 50 begun per second and up to 100 under way, against an upstream that answers 503 for ever (or \
            its dialect's refusal, for a client that tries only that again). The factor is the number of requests for \
            each of the last 100 calls; calls that fail without any count as none. Pass up to 1.25; fail from 2, if \
            at least 40 calls were begun per second, because slower ones may live on a budget's least rate; else \
            inconclusive.
            """,
        tolerances: "None: requests are counted. The run is watched for 60 s, or 1,000 requests.",
        errorRates: """
            Exact. Expected: AWS SDKs spend 35 retries and then none (500 tokens, 14 each), gRPC 3, Finagle goes on \
            with 20 % and 10 a second: inconclusive. Without a budget the factor is the number of attempts.
            """,
        next: RetryBudgetRule.next)
}

private enum RetryBudgetRule {
    static let calls = 200
    static let tail = 100
    static let workers = 100
    static let rate = 50.0
    static let leastRate = 40.0
    static let good = 1.25
    static let poor = 2.0
    static let expected = "at most \(good) requests for each of the last \(tail) calls"

    static func next(_ evidence: Evidence) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        guard evidence.canPace else { return .conclude(.cannotPace(expected: expected)) }
        return afterGate(evidence, expected: expected) { gate in
            guard gate.retriesUnavailable || gate.retriesBareRefusal else {
                return .conclude(
                    Finding(
                        .notApplicable, expected: expected,
                        actual: "it tries again only where a response says when, so failures alone cost it no retries",
                        classification: "retries only on a hint"))
            }
            let request = RunRequest(
                Scenarios.manyFailures(
                    status503: gate.retriesUnavailable, requests: calls, concurrency: workers, rate: rate))
            let missing = evidence.missing([request])
            guard missing.isEmpty, let run = evidence.runs(of: request).first else { return .run(missing) }
            return .conclude(judge(run).showing(picture(run)))
        }
    }

    /// First tries and retries over time: a budget lets the second end while the first go on.
    static func picture(_ run: Run) -> Picture {
        let start = run.exchanges.first?.arrivedAt
        func seconds(_ exchanges: [Exchange]) -> [Double] {
            exchanges.map { exchange in start.map { (exchange.arrivedAt - $0).inSeconds } ?? 0 }
        }
        let calls = run.callsByTarget.map(\.exchanges)
        return .histogram(
            Histogram(
                title: "Requests over time", origin: "the first request", binWidth: 0.5,
                of: [
                    ("first tries", seconds(calls.compactMap(\.first)), true),
                    ("retries", seconds(calls.flatMap { $0.dropFirst() }), false),
                ]))
    }

    static func judge(_ run: Run) -> Finding {
        func finding(
            _ verdict: Verdict, _ actual: String, _ lines: [EvidenceLine] = [], _ classification: String? = nil
        ) -> Finding {
            Finding(verdict, expected: expected, actual: actual, evidence: lines, classification: classification)
        }
        if let defect = run.defect { return finding(.inconclusive, defect) }
        let seen = run.callsByTarget
        guard seen.count >= 20 else { return finding(.inconclusive, run.defect(ofCalls: calls) ?? "too few calls") }
        let isOver = run.ending != .timeUp && run.ending != .tooManyRequests
        // Calls that failed without a request are missing; where the run was cut short, they were never begun.
        let ofLast = isOver ? requests(ofLast: tail, run) : nil
        let factor =
            ofLast.map { Double($0) / Double(tail) }
            ?? Double(seen.suffix(tail).reduce(0) { $0 + $1.exchanges.count }) / Double(min(tail, seen.count))
        let begun = seen.compactMap { $0.exchanges.first?.arrivedAt }
        let rate = Double(begun.count - 1) / max(0.001, (begun[begun.count - 1] - begun[0]).inSeconds)
        let retries = run.exchanges.count - seen.count
        let lines = [
            EvidenceLine(
                "\(Wording.count(seen.count, "call")) sent \(Wording.count(run.exchanges.count, "request")), "
                    + "\(Wording.count(retries, "retry")); \(calls - seen.count) of \(calls) sent none"),
            EvidenceLine(
                "the last \(tail) calls: \(Wording.decimal(factor, places: 2)) requests each",
                speaksAgainst: factor >= poor),
            EvidenceLine("\(Wording.decimal(rate, places: 1)) calls begun per second"),
        ]
        let actual =
            "the last \(tail) of \(calls) failing calls sent \(Wording.decimal(factor, places: 2)) requests each"
        if factor >= poor {
            return rate >= leastRate
                ? finding(.fail, actual, lines, "no budget")
                : finding(
                    .inconclusive,
                    "\(actual), but it began only \(Wording.decimal(rate, places: 1)) calls per second", lines)
        }
        if !isOver { return finding(.inconclusive, "\(actual), and the run was cut short", lines) }
        return factor <= good
            ? finding(.pass, actual, lines, "budget spent after \(Wording.count(retries, "retry"))")
            : finding(.inconclusive, "\(actual): between \(good) and \(poor)", lines)
    }

    /// Requests of the last calls by their numbers; `nil` where the targets have none. The number is the first part of
    /// the target that is one: an SDK appends a path of its own.
    static func requests(ofLast count: Int, _ run: Run) -> Int? {
        let numbers = run.exchanges.compactMap { exchange in
            exchange.arrival.target.split(separator: "?").first?.split(separator: "/").lazy.compactMap { Int($0) }.first
        }
        return numbers.isEmpty ? nil : numbers.count { $0 >= calls - count }
    }
}
