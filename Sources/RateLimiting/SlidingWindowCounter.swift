public import HTTPSemantics

/// An estimate of the last window from two counters: what this calendar window has, and of what the one before it
/// had the part that the last window still covers, as if it had come evenly.
///
/// With `elapsed` the time since the present calendar window began, a request of `cost` is admitted while
///
///     previous × (window − elapsed) / window + current + cost ≤ quota
///
/// which is how Cloudflare describes its limiter ("How we built rate limiting capable of scaling to millions of
/// domains", 2017). Nothing is divided, so nothing is rounded. No calendar window holds more than the quota, but
/// units that came at the end of theirs are forgotten too early: a stretch of one window in any other place can hold
/// almost twice the quota. ``SlidingWindowLog`` is exact and pays for it with a log.
public struct SlidingWindowCounter: RateLimiter {
    private struct Counters: Sendable {
        /// When the present calendar window began.
        var start: Instant
        var current: Int64
        var previous: Int64

        /// The same counters, a number of whole windows later.
        func rolled(to start: Instant, window: Duration) -> Counters {
            guard start > self.start else { return self }
            return Counters(start: start, current: 0, previous: start - self.start == window ? current : 0)
        }
    }

    public let capacity: Int64
    private let window: Duration
    private let calendar: WindowCalendar
    private var counters: KeyTable<Counters>

    /// - Parameters:
    ///   - quota: units in a window, 0 or more.
    ///   - window: longer than zero.
    ///   - wall: where the line lies in civil time, which the windows follow.
    ///   - keyCapacity: keys kept at most; see ``KeyTable``.
    public init(quota: Int64, window: Duration, wall: WallLine, keyCapacity: Int = LimitPolicy.defaultKeyCapacity) {
        precondition(quota >= 0 && window > .zero, "a quota of something in a window of some length")
        capacity = quota
        self.window = window
        calendar = WindowCalendar(window: window, wall: wall)
        counters = KeyTable(capacity: keyCapacity)
    }

    public var trackedKeys: Int { counters.count }
    public func recentKeys(atMost count: Int) -> [LimitKey] { counters.recentKeys(atMost: count) }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        guard let kept = counters[key] else {
            return Assessment(
                admits: cost <= capacity, capacity: capacity, remaining: capacity,
                retryAt: cost <= capacity ? now : nil, resetAt: now)
        }
        let state = kept.rolled(to: calendar.start(of: now), window: window)
        let length = Int128(window.nanoseconds)
        // In units × nanoseconds, so that one unit is one window long.
        let covered = length - Int128(max(.zero, now - state.start).nanoseconds)
        let used = Int128(state.previous) * covered + Int128(state.current) * length
        let remaining = max(0, Int128(capacity) * length - used) / length
        let admits = Int128(cost) <= remaining
        return Assessment(
            admits: admits, capacity: capacity, remaining: Int64(remaining),
            retryAt: admits ? now : cost <= capacity ? opening(state, for: cost) : nil,
            resetAt: state.current > 0
                ? state.start + window + window : state.previous > 0 ? state.start + window : now)
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        let (capacity, window, start) = (capacity, window, calendar.start(of: now))
        counters.update(
            key, fresh: Counters(start: start, current: 0, previous: 0),
            isSpent: {
                let state = $0.rolled(to: start, window: window)
                return state.current == 0 && state.previous == 0
            },
            change: { state in
                state = state.rolled(to: start, window: window)
                state.current = cost < capacity - state.current ? state.current + cost : capacity
            })
    }

    /// When a refused cost of at most the capacity passes: in this window, once enough of the one before it is no
    /// longer covered, or in the next, once enough of this one is not.
    private func opening(_ state: Counters, for cost: Int64) -> Instant {
        let room = capacity - cost - state.current
        if room >= 0 { return state.start + uncovered(state.previous, leaving: room) }
        return state.start + window + uncovered(state.current, leaving: capacity - cost)
    }

    /// How long a window has to run until the estimate of the one before it is at most a number of units.
    private func uncovered(_ units: Int64, leaving room: Int64) -> Duration {
        guard units > room else { return .zero }
        let length = Int128(window.nanoseconds)
        return .nanoseconds(Int64(length - Int128(room) * length / Int128(units)))
    }
}
