public import Fixtures
public import HTTPSemantics
internal import RateLimiting

/// A limit as it stands: what it is, and which of its keys are not back to full.
public struct LimitUsage: Hashable, Sendable {
    public var definition: LimitDefinition
    /// Whose quota it is.
    public var caller: CallerIdentity
    /// What ``KeyUsage`` says is said to a request of this cost: the limit's constant, which for a cost that the
    /// request says is that of one which says nothing.
    public var cost: Int64
    /// The most consumed first.
    public var keys: [KeyUsage]
    /// How many of the keys looked at are not back to full. All of them, unless more are kept than were looked at.
    public var consumed: Int
    /// Keys whose state is kept, those back to full included that were not asked about since.
    public var tracked: Int

    public struct KeyUsage: Hashable, Sendable {
        /// `nil` where it was forgotten: only so many names are kept.
        public var name: CallerName?
        /// What is gone of the quota.
        public var used: Int64
        public var remaining: Int64
        /// When the next request passes: now, if it would pass. `nil` where it never does, or nobody can say.
        public var retryAt: Instant?
        /// When all of the quota is back; `nil` where it never is, or nobody can say.
        public var resetAt: Instant?
        /// `penalty` or `ban`, where one keeps the key out whatever its quota.
        public var block: String?

        init(_ name: CallerName?, _ assessment: Assessment) {
            self.name = name
            used = assessment.capacity - assessment.remaining
            remaining = assessment.remaining
            retryAt = assessment.retryAt.flatMap { $0 == .distantFuture ? nil : $0 }
            resetAt = assessment.resetAt == .distantFuture ? nil : assessment.resetAt
            block =
                switch assessment.block {
                case .penalty: "penalty"
                case .ban: "ban"
                case nil: nil
                }
        }
    }
}

extension Upstream {
    /// Keys of a limit that ``limits(keysAtMost:at:)`` looks at, those used last. A million would hold up every
    /// request meanwhile.
    public static let keysLookedAt = 10_000

    /// All limits as they stand.
    ///
    /// - Parameters:
    ///   - count: keys listed for each limit at most.
    ///   - now: never earlier than in a previous call.
    public func limits(keysAtMost count: Int, at now: Instant) -> [LimitUsage] {
        fixture.limits.indices.map { limit in
            let definition = fixture.limits[limit]
            let limiter = limiter(limit)
            let cost = definition.cost.usual
            let consumed = limiter.recentKeys(atMost: Self.keysLookedAt)
                .map { (key: $0, assessment: limiter.assess($0, cost: cost, at: now)) }
                .filter { $0.assessment.resetAt > now || $0.assessment.remaining < $0.assessment.capacity }
                .sorted { $0.assessment.isTighter(than: $1.assessment) }
            return LimitUsage(
                definition: definition, caller: definition.key ?? fixture.caller, cost: cost,
                keys: consumed.prefix(count).map { key, assessment in
                    LimitUsage.KeyUsage(name(of: key, limit), assessment)
                },
                consumed: consumed.count, tracked: limiter.trackedKeys)
        }
    }
}

extension LimitDefinition.Cost {
    /// The cost of a request that says nothing of it, at least 1.
    fileprivate var usual: Int64 {
        switch self {
        case .constant(let cost), .json(_, let cost), .header(_, let cost): max(1, cost)
        case .bodyBytes: 1
        }
    }
}

extension Assessment {
    /// Of the same limit: less is left, or it takes longer until all is back.
    fileprivate func isTighter(than other: Assessment) -> Bool {
        remaining != other.remaining ? remaining < other.remaining : resetAt > other.resetAt
    }
}
