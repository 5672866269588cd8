public import Backoff
public import HTTPSemantics
public import Simulation
public import Upstream

/// How a client behaves: the model's policy, and the places where a mutant differs from it.
///
/// Backoff itself has no switch for doing wrong. What it hears can be changed before it decides, what it decided can
/// be changed afterwards, and the requests on their way.
public struct Behaviour: Sendable {
    /// The defaults, and 409 is tried again: for a key that is in use it means "not yet".
    public var policy: BackoffPolicy = {
        var policy = BackoffPolicy()
        policy.retryableStatuses.insert(409)
        return policy
    }()
    /// What Backoff is told of an attempt instead of what happened.
    public var hear: (@Sendable (inout AttemptOutcome, Moment) -> Void)?
    /// What is done instead of what Backoff decided.
    public var decide: (@Sendable (inout RetryDecision, Moment, inout SeededGenerator) -> Void)?
    /// How the call ends or goes on instead, after all.
    public var step: (@Sendable (inout NextStep, Moment) -> Void)?
    /// What is sent instead of the model's request.
    public var send: (@Sendable (inout UpstreamRequest, Moment) -> Void)?
    /// What is printed instead of the body of the last response.
    public var output: (@Sendable (inout [UInt8], Moment) -> Void)?
    /// How long an attempt may take; `nil`: as long as it takes, whatever deadline the call has.
    public var attemptTimeout: Duration? = .seconds(30)
    public var chance = Chance.own
    /// Whether it was told of the deadline that its caller has.
    public var knowsDeadline = true
    /// How often all attempts of a call are made: a retry loop around the retry loop.
    public var loops = 1
    /// What the calls of a process know together.
    public var shared = SharedKnowledge()

    public init() {}

    /// Where random numbers come from.
    public enum Chance: Hashable, Sendable {
        /// The process has a generator of its own.
        case own
        /// Seeded with the time of the start, in whole units of this.
        case time(unit: Duration)
        /// Seeded with the same number everywhere.
        case constant
    }

    /// Where a call is when the client decides something.
    public struct Moment: Sendable {
        /// From 0, among the calls of the process.
        public var call: Int
        /// The attempt that is to be sent or has ended, from 1.
        public var attempt: Int
        /// When the call began, and now.
        public var began: Instant
        public var now: Instant
        /// The client's civil time.
        public var wall: WallTime
        public var request: UpstreamRequest
        /// What happened, as it was.
        public var outcome: AttemptOutcome?
        /// What was announced at the last attempt before that announced something.
        public var announcedBefore: Duration?
        /// How often earlier calls of the process were tried again.
        public var retriesBefore = 0
        public var policy: BackoffPolicy

        /// What Retry-After says, if there is one.
        public var retryAfter: RetryAfter? {
            guard case .response(let response) = outcome else { return nil }
            return RetryAfter(in: response.fields, reference: wall)
        }

        /// Whether the response names a date that is over, by the client's own clock.
        public var isPastDate: Bool {
            if case .date(let date, _) = retryAfter { date <= wall } else { false }
        }

        public var status: Int? {
            guard case .response(let response) = outcome else { return nil }
            return response.status
        }

        /// What RateLimit fields say, if there is one.
        public var rateLimit: RateLimitFields? {
            guard case .response(let response) = outcome, response.fields.firstValue(of: "RateLimit") != nil else {
                return nil
            }
            return RateLimitFields(response.fields, received: wall)
        }
    }
}
