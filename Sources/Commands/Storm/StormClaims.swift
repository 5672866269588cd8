internal import Grading
internal import HTTPSemantics

/// What the tutorial promises beside what was measured, each with a sentence on the difference.
struct StormClaim: Hashable, Sendable {
    /// What is said to improve.
    var subject: String
    /// The tutorial's figures.
    var claimed: String
    /// Ours, the naive client's first where there are two.
    var measured: String
    /// Whether ours is at least as good; `nil` where it is not measured here.
    var isMet: Bool?
    var explanation: String

    /// What the tutorial paid for a request: $43 for 1,247.
    static let tutorialPrice = 43.0 / 1247

    static func all(_ report: StormReport) -> [StormClaim] {
        [failures(report), calls(report), cost(report), storms(report), lasting(report)].compactMap(\.self)
    }

    private static func failures(_ report: StormReport) -> StormClaim? {
        guard let naive = report.figures(of: .noRetry, in: .quota),
            let ours = report.figures(of: .backoff, in: .quota)
        else { return nil }
        let failed = ours.requested - ours.succeeded
        let share = StormText.percent(naive.requested - naive.succeeded, of: naive.requested)
        return StormClaim(
            subject: "calls that fail", claimed: "85 % → 2 %",
            measured: "\(share) → \(StormText.percent(failed, of: ours.requested)) in (b)",
            isMet: Double(failed) <= 0.02 * Double(ours.requested),
            explanation: "Without a retry what fails is what the quota does not take at once, so the first figure says "
                + "how small the quota is; no call needs to fail that may wait for the next window.")
    }

    private static func calls(_ report: StormReport) -> StormClaim? {
        guard let naive = report.figures(of: .doubleLoop, in: .quota),
            let ours = report.figures(of: .backoff, in: .quota)
        else { return nil }
        let others = StormScenario.allCases.filter { $0 != .quota }.compactMap { scenario in
            report.figures(of: .backoff, in: scenario).map { "\(StormText.count($0.calls)) in (\(scenario.letter))" }
        }
        return StormClaim(
            subject: "requests sent for \(StormText.count(ours.requested)) calls", claimed: "1,247 → 108",
            measured: "\(StormText.count(naive.calls)) → \(StormText.count(ours.calls)) in (b)",
            isMet: Double(ours.calls) <= 1.08 * Double(ours.requested),
            explanation: "Two loops send up to 30 requests for a call while the quota is shut; RateLimit fields "
                + "say before the first refusal what is left, so none is needed (\(others.joined(separator: ", "))).")
    }

    private static func cost(_ report: StormReport) -> StormClaim? {
        guard let naive = report.figures(of: .doubleLoop, in: .quota),
            let ours = report.figures(of: .backoff, in: .quota)
        else { return nil }
        let fair = StormText.money(108 * tutorialPrice)
        return StormClaim(
            subject: "cost", claimed: "$43 → $1.80",
            measured: "\(StormText.money(naive.cost)) → \(StormText.money(ours.cost)) in (b)",
            isMet: ours.cost <= 108 * tutorialPrice * Double(ours.requested) / 100,
            explanation: "$43 for 1,247 requests is 3.4 cents each and $1.80 for 108 is 1.7: at one price "
                + "the tutorial's own 108 cost \(fair), which is what ours is held against.")
    }

    private static func storms(_ report: StormReport) -> StormClaim? {
        guard let eliminated = report.eliminated(by: .backoff) else { return nil }
        // The standard deviation of one herd's figure, for full jitter on 1 s with 20 workers, by simulation.
        let spread = 0.01 / Double(report.settings.herds).squareRoot()
        return StormClaim(
            subject: "synchronised retries gone", claimed: "94 %",
            measured: StormText.percent((1000 * eliminated).rounded() / 1000),
            isMet: eliminated >= 0.94 - 2 * spread,
            explanation: "The figure belongs to its base (\(report.herdBase)): full jitter takes 88.9 % on 500 ms, "
                + "94.4 % on 1 s and 97.1 % on 2 s, give or take a point from herd to herd.")
    }

    private static func lasting(_ report: StormReport) -> StormClaim? {
        let rows = StormScenario.allCases.compactMap { report.figures(of: .backoff, in: $0) }
        let all = rows.reduce(0) { $0 + $1.requested }
        let good = rows.reduce(0) { $0 + $1.succeeded }
        guard all > 0 else { return nil }
        return StormClaim(
            subject: "success over 48 hours", claimed: "99.8 %",
            measured: "\(StormText.count(good)) of \(StormText.count(all)) in (a) to (c)", isMet: nil,
            explanation: "\(StormText.count(all)) calls without a failure would prove "
                + "\(StormText.percent((1000 * leastRate(successes: all)).rounded(.down) / 1000)) at most "
                + "(one-sided, 95 %), and 48 hours are not run here.")
    }

    /// The success rate that so many calls without a failure prove at 95 %: its n-th power is 0.05 (Clopper and Pearson).
    static func leastRate(successes count: Int) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let power = (0..<count).reduce(1.0) { product, _ in product * middle }
            if power < 0.05 { low = middle } else { high = middle }
        }
        return low
    }
}
