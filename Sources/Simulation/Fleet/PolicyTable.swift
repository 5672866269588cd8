internal import Backoff
internal import HTTPSemantics

/// What a ``BackoffPolicy`` decides after a failed attempt of a repeatable request, laid out in numbers: a call needs no
/// `RetryState` of its own, and there can be millions.
///
/// The bounds of each step are the policy's own, asked once; with the same generator every wait is the same to the
/// nanosecond as that of `RetryState`, which `PolicyTableTests` shows for each kind of jitter.
struct PolicyTable {
    let attempts: Int
    /// The lowest and highest wait before each retry in nanoseconds; the last entry stands for all that follow.
    private var low: [Int64] = []
    private var high: [Int64] = []
    private let isDecorrelated: Bool
    private let base: Int64
    private let cap: Int64
    private let floor: Int64
    /// Announced waits above it are not waited for; `nil`: announcements are not looked at.
    private let ceiling: Int64?
    /// For everything; `Int64.max`: as long as it takes.
    private let deadline: Int64
    private let addsChance: Bool
    private let retriesOverloads: Bool
    private let retriesThrottles: Bool
    private let retriesTimeouts: Bool

    /// How a client's attempt ended.
    enum Outcome: UInt8 {
        case succeeded
        /// 429
        case throttled
        /// 503
        case failed
        /// Nothing in time.
        case timedOut
    }

    /// - Parameters:
    ///   - addsChance: false for clients that come back exactly when they were told to.
    ///   - startsAtOnce: the first retry follows without a wait.
    init(_ policy: BackoffPolicy, addsChance: Bool = true, startsAtOnce: Bool = false) {
        precondition(policy.problems.isEmpty, policy.problems.joined(separator: "; "))
        attempts = policy.attempts
        isDecorrelated = policy.jitter == .decorrelated
        (base, cap) = (policy.base.nanoseconds, policy.cap.nanoseconds)
        floor = policy.floor.nanoseconds
        if case .honoured(let ceiling) = policy.retryAfter { self.ceiling = ceiling.nanoseconds } else { ceiling = nil }
        deadline = policy.deadline?.nanoseconds ?? .max
        self.addsChance = addsChance
        retriesThrottles = policy.retryableStatuses.contains(429)
        retriesOverloads = policy.retryableStatuses.contains(503)
        retriesTimeouts = policy.retryableFailures.contains(.timeout)
        for retry in 0..<max(1, policy.attempts) {
            let step = policy.ladderStep(retry: retry)
            let bounds = policy.ladderRange(step: step, previous: nil)
            low.append(bounds.lowerBound.nanoseconds)
            high.append(bounds.upperBound.nanoseconds)
            // Nothing grows any more.
            if retry > 0, step == policy.ladderStep(retry: retry - 1) { break }
        }
        if startsAtOnce { (low[0], high[0]) = (0, 0) }
    }

    /// The wait before the next attempt.
    ///
    /// - Parameters:
    ///   - ended: how many attempts have ended before this one.
    ///   - previous: the ladder's last wait in nanoseconds, 0 before the first.
    ///   - announced: the wait that the response asks for in nanoseconds; negative: none.
    ///   - elapsed: since the call began, in nanoseconds.
    /// - Returns: nanoseconds; `nil`: it gives up.
    func wait(
        after outcome: Outcome, ended: Int, previous: inout Int64, announced: Int64, elapsed: Int64,
        using generator: inout SeededGenerator
    ) -> Int64? {
        switch outcome {
        case .succeeded: return nil
        case .throttled: guard retriesThrottles else { return nil }
        case .failed: guard retriesOverloads else { return nil }
        case .timedOut: guard retriesTimeouts else { return nil }
        }
        let announced = ceiling == nil ? -1 : announced
        if announced > 0, let ceiling, announced > ceiling { return nil }
        guard ended + 1 < attempts else { return nil }
        let remaining = deadline == .max ? Int64.max : deadline - elapsed
        guard max(announced, 0) < remaining else { return nil }
        if announced > 0 {
            guard addsChance else { return max(floor, announced) }
            let spread = BackoffPolicy.spread(above: .nanoseconds(announced)).nanoseconds
            let room = remaining == .max ? spread : min(spread, (remaining - announced) / 2)
            return max(floor, announced + uniform(0, room, &generator))
        }
        let wait: Int64
        if isDecorrelated {
            wait = min(cap, uniform(base, (previous > 0 ? previous : base) * 3, &generator))
        } else {
            let step = min(ended, low.count - 1)
            wait = uniform(low[step], high[step], &generator)
        }
        guard max(floor, wait) < remaining else { return nil }
        previous = max(floor, wait)
        return previous
    }

    private func uniform(_ lower: Int64, _ upper: Int64, _ generator: inout SeededGenerator) -> Int64 {
        upper > lower ? Int64.random(in: lower...upper, using: &generator) : lower
    }
}
