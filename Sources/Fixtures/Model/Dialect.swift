/// How one provider's limits, hints and refusals look on the wire. A data file, so that users can add their own.
public struct Dialect: Hashable, Sendable {
    public var name: String
    public var title: String
    /// False where a wire item is recalled rather than read in a source.
    public var verified: Bool
    public var sources: [String]
    /// Fields sent with responses, by occasion.
    public var announcements: [Announcement]
    /// Refusals by the limit that refused; the first whose ``Refusal/limit`` is that limit's name or `nil` is used.
    /// Never empty.
    public var refusals: [Refusal]
    /// Whether requests that were refused are charged where a limit does not say otherwise.
    public var countsRefused: Bool

    public init(
        name: String, title: String, verified: Bool = true, sources: [String] = [], announcements: [Announcement] = [],
        refusals: [Refusal], countsRefused: Bool = false
    ) {
        self.name = name
        self.title = title
        self.verified = verified
        self.sources = sources
        self.announcements = announcements
        self.refusals = refusals
        self.countsRefused = countsRefused
    }

    /// A field that tells clients about the limits of a route. It is left out where the route has no limit.
    public struct Announcement: Hashable, Sendable {
        public var occasion: Occasion
        /// Whether it is sent once for each limit of the route, rather than once for the tightest.
        public var forEachLimit: Bool
        public var field: FieldTemplate

        public init(occasion: Occasion, forEachLimit: Bool, field: FieldTemplate) {
            self.occasion = occasion
            self.forEachLimit = forEachLimit
            self.field = field
        }
    }

    public enum Occasion: String, Hashable, Sendable, CaseIterable {
        case always
        case success
        case refusal
    }

    public struct Refusal: Hashable, Sendable {
        /// The name of the limit it belongs to; `nil`: any.
        public var limit: String?
        public var response: ResponseTemplate
        public var hint: Hint

        public init(limit: String? = nil, response: ResponseTemplate, hint: Hint = Hint()) {
            self.limit = limit
            self.response = response
            self.hint = hint
        }
    }

    /// How a refusal announces the wait.
    public struct Hint: Hashable, Sendable {
        /// `nil`: no field announces it.
        public var field: String?
        public var format: ValueFormat

        public init(field: String? = "Retry-After", format: ValueFormat = .seconds) {
            self.field = field
            self.format = format
        }
    }
}
