public import HTTPSemantics

/// The generic cell rate algorithm in its virtual-scheduling form (ITU-T I.371, appendix to annex A): each key has a
/// theoretical arrival time, a cost moves it by `cost × window / quota`, and a request may come ahead of it by what
/// `burst` units make. With a burst of 1, its usual setting, requests are spaced evenly.
///
/// The theoretical arrival time is the instant at which a ``TokenBucket`` of `burst` units is full again, and both
/// decide alike; so this is that bucket under the name, and with the default, by which gateways know it. Its laws are
/// checked against the algorithm as the recommendation writes it.
public struct GCRA: RateLimiter {
    private var bucket: TokenBucket

    /// - Parameters:
    ///   - quota: units per window; with 0 nothing passes after the burst.
    ///   - window: longer than zero.
    ///   - burst: units that may come at once, 0 or more.
    ///   - queue: units that wait rather than being refused; see ``TokenBucket``.
    ///   - keyCapacity: keys kept at most; see ``KeyTable``.
    public init(
        quota: Int64, window: Duration, burst: Int64 = 1, queue: Int64 = 0,
        keyCapacity: Int = LimitPolicy.defaultKeyCapacity
    ) {
        bucket = TokenBucket(quota: quota, window: window, burst: burst, queue: queue, keyCapacity: keyCapacity)
    }

    public var capacity: Int64 { bucket.capacity }
    public var trackedKeys: Int { bucket.trackedKeys }
    public func recentKeys(atMost count: Int) -> [LimitKey] { bucket.recentKeys(atMost: count) }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        bucket.assess(key, cost: cost, at: now)
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        bucket.charge(key, cost: cost, at: now)
    }
}
