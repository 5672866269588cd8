public import HTTPSemantics

/// `quota` units in every window, and all of them again when the next one begins.
///
/// Two windows meet without memory of each other: up to twice the quota can pass in a time shorter than a window,
/// around their border. That is the algorithm's known weakness and what clients of such upstreams see.
public struct FixedWindow: RateLimiter {
    private struct Window: Sendable {
        var start: Int64
        var used: Int64
    }

    public let capacity: Int64
    private let window: Int64
    /// `nil` where a key's first request begins its window.
    private let calendar: WindowCalendar?
    private var windows: KeyTable<Window>

    /// - Parameters:
    ///   - quota: units in a window, 0 or more.
    ///   - window: longer than zero.
    ///   - wall: where the line lies in civil time, which calendar windows follow.
    ///   - keyCapacity: keys kept at most; see ``KeyTable``.
    public init(
        quota: Int64, window: Duration, start: LimitPolicy.WindowStart, wall: WallLine,
        keyCapacity: Int = LimitPolicy.defaultKeyCapacity
    ) {
        precondition(quota >= 0 && window > .zero, "a quota of something in a window of some length")
        capacity = quota
        self.window = window.nanoseconds
        switch start {
        case .calendar: calendar = WindowCalendar(window: window, wall: wall)
        case .firstRequest: calendar = nil
        }
        windows = KeyTable(capacity: keyCapacity)
    }

    public var trackedKeys: Int { windows.count }
    public func recentKeys(atMost count: Int) -> [LimitKey] { windows.recentKeys(atMost: count) }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        guard let state = windows[key], let end = end(of: state, after: now) else {
            return Assessment(
                admits: cost <= capacity, capacity: capacity, remaining: capacity,
                retryAt: cost <= capacity ? now : nil, resetAt: now)
        }
        let remaining = capacity - state.used
        let admits = cost <= remaining
        return Assessment(
            admits: admits, capacity: capacity, remaining: remaining,
            retryAt: admits ? now : cost <= capacity ? end : nil, resetAt: state.used > 0 ? end : now)
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        let start = (calendar?.start(of: now) ?? now).nanoseconds
        let (capacity, length) = (capacity, Duration.nanoseconds(window))
        windows.update(
            key, fresh: Window(start: start, used: 0),
            isSpent: { Instant(nanoseconds: $0.start) + length <= now },
            change: { state in
                if Instant(nanoseconds: state.start) + length <= now { state = Window(start: start, used: 0) }
                state.used = cost < capacity - state.used ? state.used + cost : capacity
            })
    }

    /// When the window of a state ends, `nil` if it is over.
    private func end(of state: Window, after now: Instant) -> Instant? {
        let end = Instant(nanoseconds: state.start) + .nanoseconds(window)
        return end > now ? end : nil
    }
}
