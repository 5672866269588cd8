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
}
