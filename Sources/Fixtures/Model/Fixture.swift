public import RateLimiting

/// One upstream: what it limits, how it refuses, and what it answers in which order.
///
/// A fixture is a value made from a file by ``FixtureLoader``. Parameters (`$wait`) are already replaced and
/// names of limits are already resolved to positions in ``limits``.
public struct Fixture: Hashable, Sendable {
    public var name: String
    public var dialect: Dialect
    /// Whose quota and whose script a request belongs to, where a limit does not say otherwise.
    public var caller: CallerIdentity
    /// How far the upstream's civil clock is ahead of the true one (negative: behind).
    public var clockSkew: Duration
    /// Every random choice follows from it.
    public var seed: UInt64
    /// The parameters after overrides, for print.
    public var parameters: [String: String]
    /// What a success of this upstream looks like.
    public var success: ResponseTemplate
    public var limits: [LimitDefinition]
    public var routes: [Route]
    /// Rules judged on this upstream's own journal.
    public var expectations: [Expectation]

    public init(
        name: String, dialect: Dialect, caller: CallerIdentity = .everyone, clockSkew: Duration = .zero,
        seed: UInt64 = 1, parameters: [String: String] = [:], success: ResponseTemplate,
        limits: [LimitDefinition] = [], routes: [Route], expectations: [Expectation] = []
    ) {
        self.name = name
        self.dialect = dialect
        self.caller = caller
        self.clockSkew = clockSkew
        self.seed = seed
        self.parameters = parameters
        self.success = success
        self.limits = limits
        self.routes = routes
        self.expectations = expectations
    }
}

/// What identifies a caller. A request that lacks it shares one key with all others that lack it.
public enum CallerIdentity: Hashable, Sendable {
    case header(String)
    case query(String)
    case address
    case everyone
}

/// A limit of the upstream: an algorithm, a key and a cost.
public struct LimitDefinition: Hashable, Sendable {
    public var name: String
    public var policy: LimitPolicy
    /// `nil`: the fixture's caller.
    public var key: CallerIdentity?
    public var cost: Cost
    /// Whether a refused request is charged too, as some providers document.
    public var countsRefused: Bool

    public init(
        name: String, policy: LimitPolicy, key: CallerIdentity? = nil, cost: Cost = .constant(1),
        countsRefused: Bool = false
    ) {
        self.name = name
        self.policy = policy
        self.key = key
        self.cost = cost
        self.countsRefused = countsRefused
    }

    /// What one request takes from the quota.
    public enum Cost: Hashable, Sendable {
        case constant(Int64)
        /// A non-negative integer at a JSON Pointer (RFC 6901) into the request body, else the constant.
        case json(pointer: [String], otherwise: Int64)
        /// A non-negative integer in a request field, else the constant.
        case header(String, otherwise: Int64)
    }
}

/// A rule of the catalogue that a fixture wants judged, with its settings (`{ AT-01: { most: 6 } }`).
public struct Expectation: Hashable, Sendable {
    public var rule: String
    public var settings: [String: String]

    public init(rule: String, settings: [String: String] = [:]) {
        self.rule = rule
        self.settings = settings
    }
}
