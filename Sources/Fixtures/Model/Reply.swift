public import HTTPSemantics

/// One step of a script.
public struct Reply: Hashable, Sendable {
    /// How many requests it answers before the next step; of one with a condition, how many in all (`Int.max`: no
    /// end).
    public var times: Int
    public var content: Content
    /// `nil`: as the content has it (a dialect's refusal has its own form of hint, everything else none).
    public var retryAfter: RetryAfterScript?
    /// How the exchange breaks, if it does.
    public var fault: Fault?
    /// Whether a part of the body is sent where the request asks for one (RFC 9110 section 14).
    public var honoursRanges: Bool
    /// How it goes over the wire, where not as usual.
    public var delivery: Delivery
    /// Waited between the decision and the first byte.
    public var delay: Delay
    /// Waited after the delay for this fraction of a wall second: 100 ms means the next HH:MM:SS.100.
    public var sendPhase: Duration?
    /// Parked, after the delay, until others are parked too.
    public var hold: Hold?
    /// Where it is not `nil`, the reply is asked before the script, and given without advancing it while this holds.
    public var condition: Condition?
    /// The state that the upstream is in from the next request on, a position in ``Fixture/states``.
    public var nextState: Int?

    public init(
        times: Int = 1, content: Content, retryAfter: RetryAfterScript? = nil, fault: Fault? = nil,
        honoursRanges: Bool = false, delivery: Delivery = Delivery(), delay: Delay = .none,
        sendPhase: Duration? = nil, hold: Hold? = nil, condition: Condition? = nil, nextState: Int? = nil
    ) {
        self.times = times
        self.content = content
        self.retryAfter = retryAfter
        self.fault = fault
        self.honoursRanges = honoursRanges
        self.delivery = delivery
        self.delay = delay
        self.sendPhase = sendPhase
        self.hold = hold
        self.condition = condition
        self.nextState = nextState
    }

    public enum Content: Hashable, Sendable {
        /// Exactly this response.
        case literal(ResponseTemplate)
        /// The dialect's refusal, as if the named limit, or the dialect's first, had refused.
        case refusal(limit: String?)
        /// The fixture's success; `overriding` replaces what it names.
        case success(overriding: ResponseOverride)
        /// The file that the rest of the path names, else 404.
        case files(StaticFiles)
        /// No response at all: the fault says what happens.
        case nothing
    }
}

/// What a `success:` step changes in the fixture's success.
public struct ResponseOverride: Hashable, Sendable {
    public var status: Int?
    public var fields: [FieldTemplate]
    public var body: BodyTemplate?

    public init(status: Int? = nil, fields: [FieldTemplate] = [], body: BodyTemplate? = nil) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// `hold-until: { parked: 20, group: herd, at-most: 10s }`.
public struct Hold: Hashable, Sendable {
    /// Released when so many replies of the group are parked, across all lanes of the server.
    public var parked: Int
    public var group: String
    /// Released in any case after this time.
    public var atMost: Duration

    public init(parked: Int, group: String, atMost: Duration) {
        self.parked = parked
        self.group = group
        self.atMost = atMost
    }
}

/// The Retry-After field that a script announces. It is announced only, never enforced.
public enum RetryAfterScript: Hashable, Sendable {
    /// No field.
    case absent
    /// delay-seconds, rounded up to a whole second (RFC 9110 section 10.2.3).
    case seconds(Duration)
    /// An HTTP date: now + the duration, rounded up to a second on the lane's wall line.
    case date(Duration, form: HTTPDateForm)
    /// An HTTP date: the sent `Date` field + the duration.
    case dateAfterDate(Duration, form: HTTPDateForm)
    /// These bytes, whatever they mean.
    case raw(String)
}
