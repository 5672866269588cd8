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
    /// When that clock is set, as times since the lane began or was reset, in order.
    public var clockSteps: [ClockStep]
    /// The upstream speaks TLS with such a certificate; `nil`: whether it does is for the server to decide.
    public var certificate: CertificateKind?
    /// Every random choice follows from it.
    public var seed: UInt64
    /// The parameters after overrides, for print.
    public var parameters: [String: String]
    /// What a success of this upstream looks like.
    public var success: ResponseTemplate
    /// What happens to the first connections, before a request exists. Later ones are as usual.
    public var connections: [ConnectionFault]
    public var limits: [LimitDefinition]
    /// `nil`: keys mean nothing to it.
    public var idempotency: Idempotency?
    /// Names of states that replies ask for and go to; the first is the initial one.
    public var states: [String]
    public var routes: [Route]
    /// Rules judged on this upstream's own journal.
    public var expectations: [Expectation]

    public init(
        name: String, dialect: Dialect, caller: CallerIdentity = .everyone, clockSkew: Duration = .zero,
        clockSteps: [ClockStep] = [],
        certificate: CertificateKind? = nil, seed: UInt64 = 1, parameters: [String: String] = [:],
        success: ResponseTemplate, connections: [ConnectionFault] = [], limits: [LimitDefinition] = [],
        idempotency: Idempotency? = nil, states: [String] = [], routes: [Route], expectations: [Expectation] = []
    ) {
        self.name = name
        self.dialect = dialect
        self.caller = caller
        self.clockSkew = clockSkew
        self.clockSteps = clockSteps
        self.certificate = certificate
        self.seed = seed
        self.parameters = parameters
        self.success = success
        self.connections = connections
        self.limits = limits
        self.idempotency = idempotency
        self.states = states
        self.routes = routes
        self.expectations = expectations
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
