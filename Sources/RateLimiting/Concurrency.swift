public import HTTPSemantics

/// At most `capacity` units held at the same time. A request holds its cost from when it was admitted until its
/// exchange has ended, however it ends.
///
/// Nobody knows when the others will have finished, so a refusal names no instant, and neither does the time at which
/// all of it is free again, unless that is now.
public struct Concurrency: RateLimiter {
    public let capacity: Int64
    private var held: KeyTable<Int64>

    /// - Parameters:
    ///   - capacity: units held at most, 0 or more.
    ///   - keyCapacity: keys kept at most; see ``KeyTable``. Only keys that hold something are kept.
    public init(capacity: Int64, keyCapacity: Int = LimitPolicy.defaultKeyCapacity) {
        precondition(capacity >= 0, "a number of units")
        self.capacity = capacity
        held = KeyTable(capacity: keyCapacity)
    }

    public var trackedKeys: Int { held.count }
    public func recentKeys(atMost count: Int) -> [LimitKey] { held.recentKeys(atMost: count) }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        let used = held[key] ?? 0
        let admits = cost <= capacity - used
        return Assessment(
            admits: admits, capacity: capacity, remaining: capacity - used, retryAt: admits ? now : nil,
            resetAt: used == 0 ? now : .distantFuture)
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        guard cost > 0 else { return }
        let capacity = capacity
        held.update(
            key, fresh: 0, isSpent: { $0 == 0 },
            change: { used in used = cost < capacity - used ? used + cost : capacity })
    }

    public mutating func release(_ key: LimitKey, cost: Int64, at now: Instant) {
        guard let used = held[key] else { return }
        if used <= cost {
            held.remove(key)
        } else {
            held.update(key, fresh: 0, isSpent: { $0 == 0 }, change: { $0 -= cost })
        }
    }
}
