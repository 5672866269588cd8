public import HTTPSemantics

/// A bucket of `burst` units that gains `quota` units every window, evenly and without rounding.
///
/// The state of a key is one number: when its bucket is full again, in nanoseconds × quota, so that one unit is
/// exactly one window long. Nothing is divided until somebody asks for an instant, and no error adds up.
///
/// With a `queue`, requests that find the bucket empty are admitted in debt, up to so many units, and wait until the
/// debt is paid: they leave as a bucket of `burst` units would let them. This is nginx's `limit_req`: its `burst=5` is
/// a burst of 1 and a queue of 5, its `burst=5 nodelay` a burst of 6, its `burst=12 delay=8` a burst of 9 and a queue
/// of 4. What remains counts the places of the queue too, because a request that finds one is admitted.
public struct TokenBucket: RateLimiter {
    public let capacity: Int64
    private let queue: Int64
    private let quota: Int128
    private let window: Int128
    private var fullAt: KeyTable<Int128>

    /// - Parameters:
    ///   - quota: units gained per window; with 0 a bucket never fills again.
    ///   - window: longer than zero.
    ///   - burst: units of a full bucket, 0 or more.
    ///   - queue: units that wait rather than being refused, 0 or more.
    ///   - keyCapacity: keys kept at most; see ``KeyTable``.
    public init(
        quota: Int64, window: Duration, burst: Int64, queue: Int64 = 0,
        keyCapacity: Int = LimitPolicy.defaultKeyCapacity
    ) {
        precondition(
            quota >= 0 && burst >= 0 && queue >= 0 && window > .zero, "a quota of something in a window of some length")
        capacity = burst + queue
        self.queue = queue
        self.quota = Int128(quota)
        self.window = Int128(window.nanoseconds)
        fullAt = KeyTable(capacity: keyCapacity)
    }

    public var trackedKeys: Int { fullAt.count }
    public func recentKeys(atMost count: Int) -> [LimitKey] { fullAt.recentKeys(atMost: count) }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        let present = Int128(now.nanoseconds) * quota
        let full = max(fullAt[key] ?? present, present)
        let missing = full - present
        let remaining = Self.quotient(max(0, Int128(capacity) * window - missing), window)
        let admits = Int128(cost) <= remaining
        // The same request passes when what is missing leaves room for it: full − t × quota = (burst − cost) × window.
        let retryAt =
            admits ? now : cost <= capacity ? instant(full - Int128(capacity - cost) * window) : nil
        return Assessment(
            admits: admits, capacity: capacity, remaining: Int64(remaining), retryAt: retryAt,
            resetAt: missing == 0 ? now : instant(full) ?? .distantFuture,
            delay: admits ? delay(full - present + Int128(cost) * window, from: now) : .zero)
    }

    /// How long a request waits that leaves the bucket so far from full: until no more is missing than `burst` units.
    private func delay(_ missing: Int128, from now: Instant) -> Duration {
        let debt = missing - Int128(capacity - queue) * window
        guard queue > 0, debt > 0, let paid = instant(Int128(now.nanoseconds) * quota + debt) else { return .zero }
        return paid - now
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        let present = Int128(now.nanoseconds) * quota
        let empty = present + Int128(capacity) * window
        let taken = Int128(min(cost, capacity)) * window
        fullAt.update(
            key, fresh: present, isSpent: { $0 <= present },
            change: { full in
                let level = max(full, present)
                full = level < empty - taken ? level + taken : max(level, empty)
            })
    }

    /// The first nanosecond at or after a point of the scaled line; `nil` if it never comes.
    private func instant(_ scaled: Int128) -> Instant? {
        guard quota > 0 else { return nil }
        let quotient = Self.quotient(scaled, quota)
        let nanoseconds = scaled > quotient * quota ? quotient + 1 : quotient
        return nanoseconds < Int128(Int64.max) ? Instant(nanoseconds: Int64(nanoseconds)) : .distantFuture
    }

    /// In 64 bits where they suffice, which is nearly always: a division of 128 takes ten times as long.
    private static func quotient(_ dividend: Int128, _ divisor: Int128) -> Int128 {
        guard let short = Int64(exactly: dividend), let divisor = Int64(exactly: divisor) else {
            return dividend / divisor
        }
        return Int128(short / divisor)
    }
}
