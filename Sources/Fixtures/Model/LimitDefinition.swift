public import HTTPSemantics
public import RateLimiting

/// A limit of the upstream: an algorithm, a key, a cost, and what its refusals lead to.
public struct LimitDefinition: Hashable, Sendable {
    public var name: String
    public var policy: LimitPolicy
    /// `nil`: the fixture's caller.
    public var key: CallerIdentity?
    public var cost: Cost
    /// What a refused request is charged, as some providers document.
    public var refusedCost: RefusedCost
    public var penalty: Penalty?
    public var escalation: Escalation?

    public init(
        name: String, policy: LimitPolicy, key: CallerIdentity? = nil, cost: Cost = .constant(1),
        refusedCost: RefusedCost = .nothing, penalty: Penalty? = nil, escalation: Escalation? = nil
    ) {
        self.name = name
        self.policy = policy
        self.key = key
        self.cost = cost
        self.refusedCost = refusedCost
        self.penalty = penalty
        self.escalation = escalation
    }

    /// What one request takes from the quota.
    public enum Cost: Hashable, Sendable {
        case constant(Int64)
        /// A non-negative integer at a JSON Pointer (RFC 6901) into the request body, else the constant.
        case json(pointer: [String], otherwise: Int64)
        /// A non-negative integer in a request field, else the constant.
        case header(String, otherwise: Int64)
        /// The length of the request body in bytes.
        case bodyBytes
    }

    /// What one refused request takes from the quota. Concurrency limits take nothing: it would never be released.
    public enum RefusedCost: Hashable, Sendable {
        case nothing
        /// What it would have taken if it had been admitted.
        case full
        case constant(Int64)
    }

    /// The limiter with what its refusals lead to, no key charged yet.
    ///
    /// - Parameters:
    ///   - wall: where the lane's line lies in civil time, for windows that follow the calendar.
    ///   - keyCapacity: keys kept at most.
    public func makeLimiter(wall: WallLine, keyCapacity: Int) -> any RateLimiter {
        var limiter = policy.makeLimiter(wall: wall, keyCapacity: keyCapacity)
        if let penalty { limiter = PenalisingLimiter(limiter, penalty: penalty, keyCapacity: keyCapacity) }
        if let escalation { limiter = EscalatingLimiter(limiter, escalation: escalation, keyCapacity: keyCapacity) }
        return limiter
    }
}
