import HTTPSemantics

/// How chance enters a wait. Without it, callers that failed together come back together.
///
/// With `v = min(cap, base × factorⁿ)` for the n-th retry (n = 0 for the first) and `U(a, b)` uniform:
///
/// | case | wait | at base 500 ms, factor 2: 1st, 2nd, 3rd, 4th retry |
/// |---|---|---|
/// | ``full`` | `U(0, v)` | 0 … 0.5 s, 0 … 1 s, 0 … 2 s, 0 … 4 s |
/// | ``equal`` | `v/2 + U(0, v/2)` | 0.25 … 0.5 s, 0.5 … 1 s, 1 … 2 s, 2 … 4 s |
/// | ``decorrelated`` | `min(cap, U(base, 3 × previous))` | 0.5 … 1.5 s, then up to 4.5 s, 13.5 s, the cap |
/// | ``proportional(_:)`` 0.25 | `v × U(0.75, 1.25)` | 0.375 … 0.625 s, 0.75 … 1.25 s, 1.5 … 2.5 s, 3 … 5 s |
/// | ``none`` | `v` | 0.5 s, 1 s, 2 s, 4 s |
///
/// The first three are those of M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), with its
/// simulator as the reference for the formulas. The policy's floor bounds every wait from below.
public enum Jitter: Hashable, Sendable {
    /// Anything from nothing to the whole: the fewest calls of all under contention.
    case full
    /// At least half.
    case equal
    /// Grows from the wait before, whatever that was, and ignores the factor.
    case decorrelated
    /// Plus or minus a share of the whole, from 0 to 1. A quarter is what common tutorials use. The cap bounds the
    /// whole, so a wait may exceed it by the share.
    case proportional(Double)
    /// For comparison. Every caller waits the same.
    case none
}

extension BackoffPolicy {
    /// The wait before a retry, from the ladder alone.
    ///
    /// - Parameters:
    ///   - retry: 0 for the first retry.
    ///   - previous: the wait before the retry before, nil for the first; only ``Jitter/decorrelated`` looks at it.
    /// - Returns: at least the policy's ``floor``.
    public func ladderWait(
        retry: Int, previous: Duration?, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let range = ladderRange(step: ladderStep(retry: retry), previous: previous)
        let wait = Duration.uniform(from: range.lowerBound, to: range.upperBound, using: &generator)
        return max(floor, jitter == .decorrelated ? min(cap, wait) : wait)
    }

    /// Between which waits chance decides, before the floor, and for ``Jitter/decorrelated`` the cap, bound what it drew.
    ///
    /// - Parameters:
    ///   - step: that of the retry, see ``ladderStep(retry:)``.
    ///   - previous: as for ``ladderWait(retry:previous:using:)``.
    public func ladderRange(step whole: Duration, previous: Duration?) -> ClosedRange<Duration> {
        switch jitter {
        case .full: floor...max(floor, whole)
        case .equal: whole / 2...whole
        case .decorrelated: base...max(base, (previous ?? base) * 3)
        case .proportional(let share): whole * (1 - share)...whole * (1 + share)
        case .none: whole...whole
        }
    }

    /// `min(cap, base × factorⁿ)`, the ladder before chance enters.
    public func ladderStep(retry: Int) -> Duration {
        let limit = cap.inSeconds
        var seconds = base.inSeconds
        for _ in 0..<retry where seconds < limit { seconds *= factor }
        return seconds < limit ? .nanoseconds(Int64((seconds * 1e9).rounded())) : cap
    }
}

extension Duration {
    /// A random duration between two others, both included; `lower` if `upper` is not above it.
    static func uniform(
        from lower: Duration, to upper: Duration, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        guard upper > lower else { return lower }
        return .nanoseconds(Int64.random(in: lower.nanoseconds...upper.nanoseconds, using: &generator))
    }
}
