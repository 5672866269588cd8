public import HTTPSemantics

/// The algorithm of a limit and its numbers, as a fixture names them.
public enum LimitPolicy: Hashable, Sendable {
    /// `quota` units in every window of length `window`.
    case fixedWindow(quota: Int64, window: Duration, start: WindowStart)
    /// At most `quota` units in any stretch of time of length `window`.
    case slidingWindowLog(quota: Int64, window: Duration)
    /// `quota` units in the last `window`, estimated from two calendar windows.
    case slidingWindowCounter(quota: Int64, window: Duration)
    /// A bucket of `burst` units that gains `quota` units every `window`, evenly; requests for `queue` units more wait
    /// rather than being refused.
    case tokenBucket(quota: Int64, window: Duration, burst: Int64, queue: Int64 = 0)
    /// One unit every `window / quota`, and `burst` units at once; requests for `queue` units more wait rather than
    /// being refused.
    case gcra(quota: Int64, window: Duration, burst: Int64 = 1, queue: Int64 = 0)
    /// `capacity` units held at the same time.
    case concurrency(capacity: Int64)

    /// When a fixed window begins.
    public enum WindowStart: Hashable, Sendable {
        /// At whole multiples of the window since 1970 on the lane's wall line.
        case calendar
        /// At a key's first request after its last window ended.
        case firstRequest
    }

    /// The window over which the quota is counted or refilled; a concurrency limit has none.
    public var window: Duration? {
        switch self {
        case .fixedWindow(_, let window, _), .slidingWindowLog(_, let window), .slidingWindowCounter(_, let window),
            .tokenBucket(_, let window, _, _), .gcra(_, let window, _, _):
            window
        case .concurrency: nil
        }
    }

    /// The largest cost that is ever admitted.
    public var capacity: Int64 {
        switch self {
        case .fixedWindow(let quota, _, _), .slidingWindowLog(let quota, _), .slidingWindowCounter(let quota, _): quota
        case .tokenBucket(_, _, let burst, let queue), .gcra(_, _, let burst, let queue): burst + queue
        case .concurrency(let capacity): capacity
        }
    }

    /// What a window brings: the quota itself, or what a bucket gains; a concurrency limit has none.
    public var quota: Int64? {
        switch self {
        case .fixedWindow(let quota, _, _), .slidingWindowLog(let quota, _), .slidingWindowCounter(let quota, _),
            .tokenBucket(let quota, _, _, _), .gcra(let quota, _, _, _):
            quota
        case .concurrency: nil
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
        case .slidingWindowLog(let quota, let window):
            SlidingWindowLog(quota: quota, window: window, keyCapacity: keyCapacity)
        case .slidingWindowCounter(let quota, let window):
            SlidingWindowCounter(quota: quota, window: window, wall: wall, keyCapacity: keyCapacity)
        case .tokenBucket(let quota, let window, let burst, let queue):
            TokenBucket(quota: quota, window: window, burst: burst, queue: queue, keyCapacity: keyCapacity)
        case .gcra(let quota, let window, let burst, let queue):
            GCRA(quota: quota, window: window, burst: burst, queue: queue, keyCapacity: keyCapacity)
        case .concurrency(let capacity):
            Concurrency(capacity: capacity, keyCapacity: keyCapacity)
        }
    }
}
