public import HTTPSemantics

/// The algorithm of a limit and its numbers, as a fixture names them.
public enum LimitPolicy: Hashable, Sendable {
    /// `quota` units in every window of length `window`.
    case fixedWindow(quota: Int64, window: Duration, start: WindowStart)
    /// A bucket of `burst` units that gains `quota` units every `window`, evenly.
    case tokenBucket(quota: Int64, window: Duration, burst: Int64)

    /// When a fixed window begins.
    public enum WindowStart: Hashable, Sendable {
        /// At whole multiples of the window since 1970 on the lane's wall line.
        case calendar
        /// At a key's first request after its last window ended.
        case firstRequest
    }

    /// The window over which the quota is counted or refilled.
    public var window: Duration {
        switch self {
        case .fixedWindow(_, let window, _), .tokenBucket(_, let window, _): window
        }
    }

    /// What a window brings: the quota itself, or what a bucket gains.
    public var quota: Int64 {
        switch self {
        case .fixedWindow(let quota, _, _), .tokenBucket(let quota, _, _): quota
        }
    }

    /// Keys that a limiter keeps at most, if nobody says otherwise: a million, in less than 100 MB. Beyond it the
    /// least recently used key starts afresh.
    public static var defaultKeyCapacity: Int { 1 << 20 }

    /// The limiter of this policy, with no key charged yet.
    ///
    /// - Parameters:
    ///   - wall: where the lane's line lies in civil time, for windows that follow the calendar.
    ///   - keyCapacity: keys kept at most.
    public func makeLimiter(
        wall: WallLine, keyCapacity: Int = LimitPolicy.defaultKeyCapacity
    ) -> any RateLimiter {
        switch self {
        case .fixedWindow(let quota, let window, let start):
            FixedWindow(quota: quota, window: window, start: start, wall: wall, keyCapacity: keyCapacity)
        case .tokenBucket(let quota, let window, let burst):
            TokenBucket(quota: quota, window: window, burst: burst, keyCapacity: keyCapacity)
        }
    }
}
