/// The earliest time at which the last of some calls can be admitted, whoever schedules them: what makespans are
/// measured by.
///
/// All times are seconds from the first request, which goes out at once. Each formula agrees with a greedy simulation
/// of the limiter.
public enum OptimalSchedule {
    /// A fixed window.
    ///
    /// - Parameters:
    ///   - quota: calls per window, at least 1.
    ///   - elapsed: how much of the current window has passed, 0 ..< `window`.
    ///   - left: how many calls the current window still admits; `nil`: the whole quota.
    public static func fixedWindow(
        calls: Int, quota: Int, window: Double, elapsed: Double = 0, left: Int? = nil
    ) -> Double {
        let left = left ?? quota
        guard calls > left else { return 0 }
        return window - elapsed + Double(ceiling(calls - left, quota) - 1) * window
    }

    /// At most `quota` calls in any stretch of one window: the quota at once, then the quota after each window. No
    /// pacing is better.
    public static func slidingWindowLog(calls: Int, quota: Int, window: Double) -> Double {
        calls < 1 ? 0 : Double((calls - 1) / quota) * window
    }

    /// Two calendar windows that estimate the last one, the first request at the beginning of one of them.
    ///
    /// About what a client reaches that sends each call as soon as it is admitted, one window more than with a fixed
    /// window; whole counts and fractions of a window make it up to a tenth slower over ten windows. That nothing is
    /// faster was not proved: use it as a reference and not as a bound.
    public static func slidingWindowCounter(calls: Int, quota: Int, window: Double) -> Double {
        calls <= quota ? 0 : Double(calls) * window / Double(quota)
    }

    /// A token bucket that holds `tokens` at the start and gains `rate` a second. Its capacity does not matter to a
    /// client that never lets it fill.
    public static func tokenBucket(calls: Int, tokens: Double, rate: Double) -> Double {
        max(0, (Double(calls) - tokens) / rate)
    }

    /// One call every `interval`, `burst` of them at once.
    public static func gcra(calls: Int, burst: Int, interval: Double) -> Double {
        max(0, Double(calls - burst) * interval)
    }

    /// The completion of the last call where `places` run at a time and each takes `service`.
    public static func concurrency(calls: Int, places: Int, service: Double) -> Double {
        Double(ceiling(calls, places)) * service
    }

    /// The completion of the last call that no client beats.
    ///
    /// - Parameters:
    ///   - admission: the latest of the bounds of all quotas above; 0 without a quota.
    ///   - workers: how many calls the client has under way at most.
    ///   - places: how many the upstream lets; `nil` where it does not care.
    public static func makespan(
        admission: Double, calls: Int, workers: Int, places: Int? = nil, service: Double
    ) -> Double {
        max(admission + service, concurrency(calls: calls, places: min(workers, places ?? workers), service: service))
    }

    private static func ceiling(_ number: Int, _ divisor: Int) -> Int { (number + divisor - 1) / divisor }
}

/// How many refused calls cannot be avoided, by what a client knows of a quota.
public enum LeastRefusals {
    /// The policy is known, or announced from the first response on, and all workers share one limiter.
    public static let informed = 0

    /// A first burst of `workers` calls of which `left` pass. One request that goes ahead would bring it to 0 at the
    /// cost of a round trip.
    public static func firstBurst(workers: Int, left: Int) -> Int { max(0, workers - left) }

    /// Only refusals with an exact Retry-After tell, and all workers stop at the first of them: one for each window
    /// that is used up.
    public static func sharedGate(calls: Int, quota: Int, left: Int? = nil) -> Int {
        let left = left ?? quota
        return max(0, calls - left + quota - 1) / quota
    }

    /// Workers that obey Retry-After exactly, each for itself, waste at most this: all of them in each window but the
    /// last. The makespan is the best all the same, which is why waste is a score of its own.
    public static func unshared(calls: Int, quota: Int, workers: Int) -> Int {
        workers * ((calls + quota - 1) / quota - 1)
    }
}
