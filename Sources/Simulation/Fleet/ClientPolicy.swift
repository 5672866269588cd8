public import Backoff
internal import HTTPSemantics

/// How every client of a fleet tries again: a policy, what its calls share, and the ways of clients that are not ours.
public struct ClientPolicy: Hashable, Sendable {
    public var name: String
    public var policy: BackoffPolicy
    /// A second loop around the first: when that gives up after its last attempt, this one waits and starts it again.
    public var outerLoop: BackoffPolicy?
    /// The time for one attempt.
    public var attemptTimeout: Duration
    /// Which the calls of a client share; `nil`: as many retries as the policy says for each call.
    public var budget: RetryBudget.Scheme?
    /// Whether the calls of a client share a ``PacingGate``.
    public var hasGate: Bool
    /// Which the calls of a client share; `nil`: a server that fails is asked all the same.
    public var breaker: CircuitBreaker.Settings?
    /// False for clients that come back exactly when they were told to.
    public var addsChanceToAnnouncedWaits: Bool
    /// The first retry follows without a wait.
    public var retriesAtOnceFirst: Bool

    public init(
        _ name: String, _ policy: BackoffPolicy, outerLoop: BackoffPolicy? = nil,
        attemptTimeout: Duration = .seconds(30), budget: RetryBudget.Scheme? = nil, hasGate: Bool = false,
        breaker: CircuitBreaker.Settings? = nil, addsChanceToAnnouncedWaits: Bool = true,
        retriesAtOnceFirst: Bool = false
    ) {
        self.name = name
        self.policy = policy
        self.outerLoop = outerLoop
        self.attemptTimeout = attemptTimeout
        self.budget = budget
        self.hasGate = hasGate
        self.breaker = breaker
        self.addsChanceToAnnouncedWaits = addsChanceToAnnouncedWaits
        self.retriesAtOnceFirst = retriesAtOnceFirst
    }

    /// Everything that is wrong with the numbers, as sentences; empty if they can be used.
    public var problems: [String] {
        var problems = policy.problems + (outerLoop?.problems ?? []) + (breaker?.problems ?? [])
        problems += budget?.problems ?? []
        if attemptTimeout <= .zero { problems.append("the time for an attempt must be longer than zero") }
        return problems
    }
}

extension ClientPolicy {
    /// Five attempts, full jitter, announced waits as a floor, a gate and a budget that calls share: the defaults of
    /// `BackoffClient`.
    public static let ours = ClientPolicy("ours", BackoffPolicy(), budget: .aws, hasGate: true)

    /// One attempt.
    public static let noRetry = ClientPolicy("no retry", naive { $0.attempts = 1 })

    /// Every second, and nothing that a server says is looked at.
    public static let fixed = ClientPolicy(
        "fixed 1 s",
        naive {
            $0.jitter = .none
            ($0.base, $0.factor) = (.seconds(1), 1)
            $0.retryAfter = .ignored
        })

    /// 0.5, 1, 2, 4 s, and nothing that a server says is looked at.
    public static let exponential = jittered("exponential", .none)
    public static let equalJitter = jittered("equal jitter", .equal)
    public static let fullJitter = jittered("full jitter", .full)
    public static let decorrelatedJitter = jittered("decorrelated", .decorrelated)
    /// ±25 %, as common tutorials have it.
    public static let proportionalJitter = jittered("±25 % jitter", .proportional(0.25))

    /// The tutorial's client: `requests` with urllib3's `Retry(total=5, status_forcelist=[429], backoff_factor=0.1)` in a
    /// loop of five that sleeps 0.25 s × 2ⁿ ± 25 %. The inner loop retries at once and then after 0.2, 0.4, 0.8, 1.6 s,
    /// or exactly after Retry-After; the outer one sees only that the inner one gave up on a 429.
    public static let tutorial: ClientPolicy = {
        let inner = naive {
            $0.attempts = 6
            ($0.base, $0.jitter) = (.milliseconds(100), .none)
            // urllib3 reads Retry-After without a limit.
            $0.retryAfter = .honoured(ceiling: .seconds(86_400))
            $0.retryableStatuses = [429]
        }
        let outer = naive {
            ($0.base, $0.jitter) = (.milliseconds(250), .proportional(0.25))
            $0.retryableStatuses = [429]
            $0.retryableFailures = []
        }
        return ClientPolicy(
            "tutorial", inner, outerLoop: outer, addsChanceToAnnouncedWaits: false, retriesAtOnceFirst: true)
    }()

    /// By the names that a command line uses.
    public static let named: [(name: String, policy: ClientPolicy)] = [
        ("none", noRetry), ("fixed", fixed), ("exponential", exponential), ("equal", equalJitter),
        ("full", fullJitter), ("decorrelated", decorrelatedJitter), ("proportional", proportionalJitter),
        ("tutorial", tutorial), ("ours", ours),
    ]

    private static func naive(_ change: (inout BackoffPolicy) -> Void) -> BackoffPolicy {
        var policy = BackoffPolicy()
        policy.floor = .zero
        change(&policy)
        return policy
    }

    private static func jittered(_ name: String, _ jitter: Jitter) -> ClientPolicy {
        ClientPolicy(
            name,
            naive {
                $0.jitter = jitter
                $0.retryAfter = .ignored
            })
    }
}
