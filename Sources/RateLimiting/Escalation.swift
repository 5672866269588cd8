internal import DequeModule
public import HTTPSemantics

/// A ban for those who do not stop: after a number of refusals within a time the key is refused for long, often in
/// other words. Discord's 10,000 invalid requests in 10 minutes are one.
public struct Escalation: Hashable, Sendable {
    /// How many refusals lead to a ban, at least 1. The last of them is the first of the ban.
    public var refusals: Int
    /// The stretch of time that holds them, longer than zero.
    public var within: Duration
    /// How long the ban lasts, longer than zero. Requests during the ban do not prolong it.
    public var ban: Duration
    /// The status of refusals during the ban; `nil`: that of other refusals.
    public var status: Int?

    public init(refusals: Int, within: Duration, ban: Duration, status: Int? = nil) {
        self.refusals = refusals
        self.within = within
        self.ban = ban
        self.status = status
    }
}

/// A limiter that bans keys as an ``Escalation`` says.
public struct EscalatingLimiter: RateLimiter {
    private struct Record: Sendable {
        /// The last refusals, as many as lead to a ban at most, and none from before the last ban.
        var refusals: Deque<Instant> = []
        var bannedUntil: Instant?

        func isBanned(at now: Instant) -> Bool { bannedUntil.map { $0 > now } ?? false }
    }

    private var base: any RateLimiter
    private let escalation: Escalation
    private var records: KeyTable<Record>

    /// - Parameter keyCapacity: keys whose refusals are kept at most; see ``KeyTable``.
    public init(
        _ base: any RateLimiter, escalation: Escalation, keyCapacity: Int = LimitPolicy.defaultKeyCapacity
    ) {
        precondition(
            escalation.refusals > 0 && escalation.within > .zero && escalation.ban > .zero,
            "some refusals in a time of some length lead to a ban of some length")
        self.base = base
        self.escalation = escalation
        records = KeyTable(capacity: keyCapacity)
    }

    public var capacity: Int64 { base.capacity }
    public var trackedKeys: Int { max(base.trackedKeys, records.count) }
    public func recentKeys(atMost count: Int) -> [LimitKey] {
        base.recentKeys(adding: records, atMost: count)
    }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        let assessment = base.assess(key, cost: cost, at: now)
        guard let end = records[key]?.bannedUntil, end > now else { return assessment }
        return assessment.blocked(.ban, until: end)
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        base.charge(key, cost: cost, at: now)
    }

    public mutating func release(_ key: LimitKey, cost: Int64, at now: Instant) {
        base.release(key, cost: cost, at: now)
    }

    public mutating func noteRefusal(_ key: LimitKey, at now: Instant) {
        let escalation = escalation
        if records[key]?.isBanned(at: now) ?? false { return }
        base.noteRefusal(key, at: now)
        records.update(
            key, fresh: Record(),
            isSpent: { record in
                !record.isBanned(at: now) && record.refusals.last.map { $0 + escalation.within <= now } ?? true
            },
            change: { record in
                while let first = record.refusals.first, first + escalation.within <= now {
                    record.refusals.removeFirst()
                }
                record.refusals.append(now)
                guard record.refusals.count >= escalation.refusals else { return }
                record = Record(bannedUntil: now + escalation.ban)
            })
    }
}
