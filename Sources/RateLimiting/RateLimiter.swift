public import HTTPSemantics

/// A limiter for many keys. It decides from (state, cost, now) and never looks at a clock.
///
/// A request may stand under several limits, so deciding has two steps: every limiter is asked with
/// ``assess(_:cost:at:)``, and only if all of them admit is every one of them charged. A refusal by one charges
/// none.
public protocol RateLimiter: Sendable {
    /// The largest cost a key can ever be admitted with; above it a refusal can never succeed.
    var capacity: Int64 { get }

    /// What the limiter says to a request of `cost` for `key` now, without charging it.
    ///
    /// - Parameter now: never earlier than in a previous call.
    func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment

    /// Takes `cost` from the quota of `key`. Call it only after an admitting assessment at the same instant, or to
    /// charge a refused request where the upstream counts those; the quota then never falls below nothing.
    mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant)

    /// Gives back what a finished request held. Only concurrency limits hold something; the others ignore it.
    mutating func release(_ key: LimitKey, cost: Int64, at now: Instant)

    /// Notes that a request for `key` was refused by this limiter. Only penalties and bans depend on it; the others
    /// ignore it.
    mutating func noteRefusal(_ key: LimitKey, at now: Instant)

    /// The number of keys whose state is kept.
    var trackedKeys: Int { get }

    /// Of the keys whose state is kept, those used last, the last one first. It costs as much as it returns.
    func recentKeys(atMost count: Int) -> [LimitKey]
}

extension RateLimiter {
    public mutating func release(_ key: LimitKey, cost: Int64, at now: Instant) {}
    public mutating func noteRefusal(_ key: LimitKey, at now: Instant) {}
}

extension RateLimiter {
    /// The keys used last of this limiter and of a table beside it, each once.
    func recentKeys<State>(adding table: KeyTable<State>, atMost count: Int) -> [LimitKey] {
        let keys = recentKeys(atMost: count)
        let known = Set(keys)
        return (keys + table.recentKeys(atMost: count).filter { !known.contains($0) }).prefix(count).map(\.self)
    }
}

/// What one limiter says about one request.
public struct Assessment: Hashable, Sendable {
    public var admits: Bool
    /// The quota of a full window or bucket.
    public var capacity: Int64
    /// What is left before this request is charged, never negative.
    public var remaining: Int64
    /// The earliest instant at which the same request would be admitted if nobody else took from the quota:
    /// `now` if it is admitted, `nil` if it can never be (its cost is above the capacity) or nobody can say
    /// (concurrency).
    public var retryAt: Instant?
    /// When the quota is full again if nobody takes from it; ``Instant/distantFuture`` where it never is, or nobody
    /// can say (concurrency).
    public var resetAt: Instant
    /// How long an admitted request waits before it goes on, where the limit queues rather than refuses.
    public var delay: Duration
    /// What keeps the key out whatever its quota, until ``retryAt`` at the earliest.
    public var block: Block?

    public enum Block: Hashable, Sendable {
        /// It was refused a moment ago.
        case penalty
        /// It was refused too often.
        case ban
    }

    public init(
        admits: Bool, capacity: Int64, remaining: Int64, retryAt: Instant?, resetAt: Instant,
        delay: Duration = .zero, block: Block? = nil
    ) {
        self.admits = admits
        self.capacity = capacity
        self.remaining = remaining
        self.retryAt = retryAt
        self.resetAt = resetAt
        self.delay = delay
        self.block = block
    }

    /// The same of a key that is kept out until an instant: nothing of its quota is of use before.
    func blocked(_ block: Block, until end: Instant) -> Assessment {
        Assessment(
            admits: false, capacity: capacity, remaining: 0, retryAt: retryAt.map { max($0, end) },
            resetAt: max(resetAt, end), block: block)
    }
}

/// Whose quota is charged: a 64-bit digest of the caller's identifying bytes. Two callers share a key with
/// probability n²/2⁶⁵, 3 in 10⁸ for a million callers.
public struct LimitKey: Hashable, Sendable {
    public var digest: UInt64

    public init(digest: UInt64) { self.digest = digest }

    /// The one key of a limit that everyone shares, and of requests that lack the field that names the caller.
    public static let shared = LimitKey(digest: 0)

    /// The key of some identifying bytes (FNV-1a with a final mix).
    @inlinable
    public init(_ bytes: some Sequence<UInt8>) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 32
        hash = hash &* 0xD6E8_FEB8_6659_FD93
        digest = hash ^ (hash >> 32)
    }
}
