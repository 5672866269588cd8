/// What a response says about the caller's quota, in whichever generation of fields it says it.
///
/// - `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-08 to -11 (structured lists);
/// - `RateLimit` of -07 (a structured dictionary), with the policies of -04 to -07;
/// - `RateLimit-Limit`, `-Remaining` and `-Reset` of -03 to -06;
/// - the `X-RateLimit-…` family that no document defines.
///
/// A field that does not have its draft's form is ignored, whole: "malformed … fields MUST be ignored" (-11,
/// section 7).
public struct RateLimitFields: Hashable, Sendable {
    /// The generation the limits were read from.
    public enum Form: String, Hashable, Sendable {
        /// -08 to -11
        case draft08
        case draft07
        /// -03 to -06
        case draft03
        /// X-RateLimit-Limit, -Remaining, -Reset
        case unofficial
    }

    /// A service limit: what is left of a quota now.
    public struct Limit: Hashable, Sendable {
        /// The policy it belongs to, where the draft names policies.
        public var policy: String?
        /// The quota, where it is said beside what remains.
        public var quota: Int64?
        public var remaining: Int64
        /// Until more quota is available; nil if not said.
        public var reset: Duration?

        public init(policy: String? = nil, quota: Int64? = nil, remaining: Int64, reset: Duration? = nil) {
            self.policy = policy
            self.quota = quota
            self.remaining = remaining
            self.reset = reset
        }
    }

    /// A quota policy: what is allowed in which window.
    public struct Policy: Hashable, Sendable {
        public var name: String?
        public var quota: Int64
        /// nil if not said.
        public var window: Duration?
        /// What is counted: `requests` unless said.
        public var unit: String?

        public init(name: String? = nil, quota: Int64, window: Duration? = nil, unit: String? = nil) {
            self.name = name
            self.quota = quota
            self.window = window
            self.unit = unit
        }
    }

    public var form: Form?
    public var limits: [Limit] = []
    public var policies: [Policy] = []

    /// Reads the fields of a response.
    ///
    /// - Parameter received: the time of receipt, or better the response's `Date`: an X-RateLimit-Reset above
    ///   10⁹ is taken as seconds since 1970 (above 10¹² as milliseconds), as GitHub and many others send it.
    public init(_ fields: FieldBlock, received: WallTime) {
        policies = Self.policies(fields.combined("RateLimit-Policy"))
        if let combined = fields.combined("RateLimit") {
            if let list = Self.namedLimits(combined) {
                (form, limits) = (.draft08, list)
            } else if let limit = Self.dictionaryLimit(combined) {
                (form, limits) = (.draft07, [limit])
            }
        }
        if form == nil, let limit = Self.separateLimit(fields) {
            (form, limits) = (.draft03, [limit])
            if policies.isEmpty { policies = Self.policies(fields.combined("RateLimit-Limit"), afterFirst: true) }
        }
        if form == nil, let limit = Self.unofficialLimit(fields, received: received) {
            (form, limits) = (.unofficial, [limit])
        }
    }

    /// The longest wait among the limits of which nothing is left; nil if every limit has something left or says no
    /// time. Retry-After takes precedence over it (-11, section 7).
    public var wait: Duration? { limits.filter { $0.remaining == 0 }.compactMap(\.reset).max() }
}
