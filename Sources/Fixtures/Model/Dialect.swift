public import RateLimiting

/// How one provider's limits, hints and refusals look on the wire. A data file, so that users can add their own.
public struct Dialect: Hashable, Sendable {
    public var name: String
    public var title: String
    /// False where a wire item is recalled rather than read in a source.
    public var verified: Bool
    public var sources: [String]
    /// Fields sent with responses, by occasion.
    public var announcements: [Announcement]
    /// What a refusal looks like, by the limit that refused and why; the first that fits is used. Never empty.
    public var refusals: [Refusal]
    /// What requests that were refused are charged where a limit does not say otherwise.
    public var refusedCost: LimitDefinition.RefusedCost
    /// What follows a refusal where a limit does not say otherwise.
    public var penalty: Penalty?
    /// What follows many refusals where a limit does not say otherwise.
    public var escalation: Escalation?
    /// How far the provider's clock is ahead of the true one, where a fixture does not say otherwise.
    public var clockSkew: Duration

    public init(
        name: String, title: String, verified: Bool = true, sources: [String] = [], announcements: [Announcement] = [],
        refusals: [Refusal], refusedCost: LimitDefinition.RefusedCost = .nothing, penalty: Penalty? = nil,
        escalation: Escalation? = nil, clockSkew: Duration = .zero
    ) {
        self.name = name
        self.title = title
        self.verified = verified
        self.sources = sources
        self.announcements = announcements
        self.refusals = refusals
        self.refusedCost = refusedCost
        self.penalty = penalty
        self.escalation = escalation
        self.clockSkew = clockSkew
    }

    /// A field that tells clients about the limits of a route. It is left out where the route has no limit, unless it
    /// says nothing of limits.
    public struct Announcement: Hashable, Sendable {
        public var occasion: Occasion
        /// Whether it is sent once for each limit of the route, rather than once for the tightest.
        public var forEachLimit: Bool
        /// The only limit it speaks of; `nil`: all.
        public var limit: String?
        public var field: FieldTemplate
        /// An item for each limit, after the field's own value if it has one, as `10, 10;w=1, 50;w=60`.
        public var item: Template?

        public init(
            occasion: Occasion, forEachLimit: Bool, limit: String? = nil, field: FieldTemplate, item: Template? = nil
        ) {
            self.occasion = occasion
            self.forEachLimit = forEachLimit
            self.limit = limit
            self.field = field
            self.item = item
        }
    }

    public enum Occasion: String, Hashable, Sendable, CaseIterable {
        case always
        case success
        case refusal
        /// Where less than a fifth of the quota is left.
        case nearLimit = "near-limit"
    }

    public struct Refusal: Hashable, Sendable {
        /// The name of the limit it belongs to; `nil`: any.
        public var limit: String?
        /// Why the limit refused; `nil`: for any reason.
        public var cause: Cause?
        /// False where the same request cannot succeed soon, so that a client ought to give up.
        public var isRetryable: Bool
        public var response: ResponseTemplate
        public var hint: Hint

        public init(
            limit: String? = nil, cause: Cause? = nil, isRetryable: Bool = true, response: ResponseTemplate,
            hint: Hint = Hint()
        ) {
            self.limit = limit
            self.cause = cause
            self.isRetryable = isRetryable
            self.response = response
            self.hint = hint
        }
    }

    public enum Cause: String, Hashable, Sendable, CaseIterable {
        /// The quota is used up until an instant that is known.
        case rate
        /// Others hold the quota, and nobody can say for how long.
        case concurrency
        /// The key was refused too often and is banned for a time.
        case ban
        /// The request costs more than the limit ever holds.
        case tooLarge = "too-large"
    }

    /// How a refusal announces the wait. Bodies say the same wait as `{{retry-after}}`.
    public struct Hint: Hashable, Sendable {
        /// `nil`: no field announces it.
        public var field: String?
        public var format: ValueFormat
        public var source: Source
        /// How the announcement differs from the truth; `nil`: not at all.
        public var lie: Lie?

        public init(
            field: String? = "Retry-After", format: ValueFormat = .seconds, source: Source = .retry, lie: Lie? = nil
        ) {
            self.field = field
            self.format = format
            self.source = source
            self.lie = lie
        }

        /// Which instant is announced.
        public enum Source: Hashable, Sendable {
            /// When the same request passes.
            case retry
            /// When the quota of the limit that refused is full again, if that is later.
            case reset
            /// Always so long after the refusal, whatever the limit says.
            case constant(Duration)
        }

        public enum Lie: String, Hashable, Sendable, CaseIterable {
            /// No wait at all.
            case zero
            /// Half of the true wait.
            case short
            /// Twice the true wait.
            case long
        }
    }
}
