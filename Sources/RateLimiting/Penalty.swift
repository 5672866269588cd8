public import HTTPSemantics

/// What a refusal costs beyond the wait for the quota: for a time after it the key is refused whatever its quota.
/// Airtable's 30 seconds are one.
public struct Penalty: Hashable, Sendable {
    /// Longer than zero, from the refusal.
    public var duration: Duration
    /// Whether a request that comes during the penalty begins it anew.
    public var extendedByRetries: Bool

    public init(duration: Duration, extendedByRetries: Bool = false) {
        self.duration = duration
        self.extendedByRetries = extendedByRetries
    }
}

/// A limiter whose refusals are followed by a ``Penalty``.
public struct PenalisingLimiter: RateLimiter {
    private var base: any RateLimiter
    private let penalty: Penalty
    private var ends: KeyTable<Instant>

    /// - Parameter keyCapacity: penalties kept at most; see ``KeyTable``.
    public init(
        _ base: any RateLimiter, penalty: Penalty, keyCapacity: Int = LimitPolicy.defaultKeyCapacity
    ) {
        precondition(penalty.duration > .zero, "a penalty of some length")
        self.base = base
        self.penalty = penalty
        ends = KeyTable(capacity: keyCapacity)
    }

    public var capacity: Int64 { base.capacity }
    public var trackedKeys: Int { max(base.trackedKeys, ends.count) }
    public func recentKeys(atMost count: Int) -> [LimitKey] {
        base.recentKeys(adding: ends, atMost: count)
    }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        let assessment = base.assess(key, cost: cost, at: now)
        guard let end = ends[key], end > now else { return assessment }
        return assessment.blocked(.penalty, until: end)
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        base.charge(key, cost: cost, at: now)
    }

    public mutating func release(_ key: LimitKey, cost: Int64, at now: Instant) {
        base.release(key, cost: cost, at: now)
    }

    public mutating func noteRefusal(_ key: LimitKey, at now: Instant) {
        let penalty = penalty
        ends.update(
            key, fresh: now, isSpent: { $0 <= now },
            change: { end in if end <= now || penalty.extendedByRetries { end = now + penalty.duration } })
    }
}
