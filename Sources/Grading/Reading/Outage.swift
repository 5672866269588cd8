import HTTPSemantics
import Journal

/// The run of calls at a steady rate through an outage, which RC-01 and CB-01 share: five calls a second for a
/// minute, 503 from 5 s to 30 s.
struct Outage {
    static let rate = 5.0
    static let seconds = 60
    static let from = 5.0
    static let until = 30.0
    static let request = RunRequest(
        Scenarios.outage(from: from, until: until, requests: Int(rate) * seconds, concurrency: 100, rate: rate))

    var run: Run
    /// Arrivals in seconds since the lane began.
    var arrivals: [Double]
    /// When calls succeeded.
    var successes: [Double]

    init(_ run: Run) {
        self.run = run
        arrivals = run.exchanges.map { ($0.arrivedAt - Instant.zero).inSeconds }
        successes = run.exchanges.filter { !$0.isFailure }.compactMap {
            $0.repliedAt.map { ($0 - Instant.zero).inSeconds }
        }
    }

    /// Asks for the run, and judges it when it is there.
    static func step(_ evidence: Evidence, expected: String, judge: (Outage) -> Finding) -> Rule.Step {
        guard evidence.profiles.contains(.many) else { return .conclude(.noCommand(.many, expected: expected)) }
        guard evidence.canPace else { return .conclude(.cannotPace(expected: expected)) }
        let missing = evidence.missing([request])
        guard missing.isEmpty, let run = evidence.runs(of: request).first else { return .run(missing) }
        let outage = Outage(run)
        return .conclude(judge(outage).showing(outage.picture))
    }

    /// Calls begun per second before the outage.
    var offered: Double {
        let first = arrivals.first ?? 0
        let healthy = Outage.from - first
        guard healthy > 1 else { return 0 }
        return Double(arrivals.count { $0 < Outage.from }) / healthy
    }

    /// When the process ended, in seconds since the lane began.
    var end: Double { (run.endedAt - Instant.zero).inSeconds }

    /// Why nothing can be said of it, as a clause.
    var defect: String? {
        if let defect = run.defect { return defect }
        guard offered > 0.7 * Outage.rate, offered < 1.4 * Outage.rate else {
            return "it began \(Wording.decimal(offered, places: 1)) calls per second instead of "
                + "\(Wording.decimal(Outage.rate, places: 0))"
        }
        guard end > Outage.until else {
            return "its process ended during the outage: \(Wording.ending(run.ending))"
        }
        return nil
    }

    /// Requests per second in a stretch of the outage, over what was offered.
    func load(from start: Double, to end: Double) -> Double {
        Double(arrivals.count { start <= $0 && $0 < end }) / (end - start) / Outage.rate
    }

    /// How long after the healing calls succeed at nine tenths of the offered rate, over 2 s; `nil` if they never do.
    var recovery: Double? {
        let wanted = Int((0.9 * Outage.rate * 2).rounded(.up))
        let after = successes.filter { $0 >= Outage.until }.sorted()
        guard
            let first = after.indices.first(where: {
                $0 + wanted - 1 < after.count && after[$0 + wanted - 1] - after[$0] <= 2
            })
        else { return nil }
        return after[first] - Outage.until
    }

    /// The most requests within any second after the healing, over what was offered.
    var peak: Double {
        let after = arrivals.filter { $0 >= Outage.until }
        return Double(after.isEmpty ? 0 : Int((peakShare(after, window: 1) * Double(after.count)).rounded()))
            / Outage.rate
    }

    /// The longest pause of a call, in seconds.
    var longestPause: Double {
        run.callsByTarget.flatMap { gaps(of: $0.exchanges, stalls: run.stalls) }.compactMap { $0?.waited }.max() ?? 0
    }

    var picture: Picture {
        .histogram(
            Histogram(
                title: "Requests over time; down from 5 s to 30 s", origin: "the start", binWidth: 1,
                of: [("requests", arrivals, false), ("successes", successes, true)]))
    }
}
