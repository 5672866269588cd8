public import Fixtures
public import HTTPSemantics
public import RateLimiting

/// What the upstream will do with one request: an outcome and a few numbers. Rendering it into bytes is a second
/// step, at the instant of sending, because dates and waits depend on it.
public struct ReplyPlan: Hashable, Sendable {
    /// Who decided.
    public enum Outcome: Hashable, Sendable {
        /// Reply `reply` of the script of route `route`, both positions in the fixture.
        case script(route: Int, reply: Int)
        /// Limit `limit` of route `route` refused; positions in the fixture.
        case refused(route: Int, limit: Int)
        /// The script of route `route` says `then: fail` and has ended.
        case exhausted(route: Int)
        /// The answer that route `route` gave to the same request with the same idempotency key.
        case replayed(route: Int, RenderedReply)
        /// A request with this idempotency key is under way.
        case keyInUse(route: Int)
        /// The idempotency key belongs to another request.
        case keyReused(route: Int)
        /// No route takes the request.
        case unmatched
    }

    public var outcome: Outcome
    /// How often the script was asked, this time included, from 1; 0 where no script was asked.
    public var attempt: Int
    /// What the limits of the route say after the request was charged or refused, in the route's order.
    public var limits: [LimitState]
    /// The status to send; 0 for none.
    public var status: Int
    public var delay: Duration
    public var sendPhase: Duration?
    public var hold: Hold?
    public var fault: Fault?
    public var delivery: Delivery
    /// Under which the answer is kept, if it is a success.
    public var idempotencyKey: LimitKey?

    public init(
        outcome: Outcome, attempt: Int = 0, limits: [LimitState] = [], status: Int, delay: Duration = .zero,
        sendPhase: Duration? = nil, hold: Hold? = nil, fault: Fault? = nil,
        delivery: Delivery = Delivery(), idempotencyKey: LimitKey? = nil
    ) {
        self.outcome = outcome
        self.attempt = attempt
        self.limits = limits
        self.status = status
        self.delay = delay
        self.sendPhase = sendPhase
        self.hold = hold
        self.fault = fault
        self.delivery = delivery
        self.idempotencyKey = idempotencyKey
    }

    /// Whether its reply is sent whole, at once, and as usual.
    public var isPlain: Bool {
        delay == .zero && sendPhase == nil && hold == nil && fault == nil && delivery == Delivery()
    }

    /// One limit after the decision.
    public struct LimitState: Hashable, Sendable {
        /// The position in the fixture's limits.
        public var limit: Int
        /// Whose quota it is.
        public var key: LimitKey
        public var cost: Int64
        /// Whether the same request would be admitted at once.
        public var admits: Bool
        public var capacity: Int64
        public var remaining: Int64
        /// When the same request would be admitted; `nil` where nobody can say, or never.
        public var retryAt: Instant?
        public var resetAt: Instant
        /// What keeps the key out whatever its quota.
        public var block: Assessment.Block?

        public init(limit: Int, key: LimitKey, cost: Int64, _ assessment: Assessment) {
            self.limit = limit
            self.key = key
            self.cost = cost
            admits = assessment.admits
            capacity = assessment.capacity
            remaining = assessment.remaining
            retryAt = assessment.retryAt
            resetAt = assessment.resetAt
            block = assessment.block
        }
    }

    /// When the same request passes all limits of the route if nobody else takes from them; `nil` where nobody can
    /// say, or never. A refusal announces this instant, and the limits enforce it.
    public var retryAt: Instant? {
        var latest = Instant.zero
        for limit in limits {
            guard let retryAt = limit.retryAt else { return nil }
            latest = max(latest, retryAt)
        }
        return latest
    }
}

/// A response ready to be sent.
public struct RenderedReply: Hashable, Sendable {
    public var status: Int
    /// In the order of sending, `Date` included, `Content-Length` left to the edge.
    public var fields: FieldBlock
    public var body: [UInt8]
    /// Interim responses before it.
    public var informational: [Int]
    /// Replies that one upstream has sent with the same stamp are equal, so that what was made of the first serves
    /// for the others; `nil` for one that stands for itself.
    public internal(set) var stamp: UInt64?

    public init(status: Int, fields: FieldBlock, body: [UInt8], informational: [Int] = []) {
        self.status = status
        self.fields = fields
        self.body = body
        self.informational = informational
    }
}
