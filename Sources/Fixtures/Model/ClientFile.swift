/// A client under test as its owner describes it: how it is started, what it insists on, and what it claims.
///
/// It is made from a file by ``ClientLoader``; rules and profiles are names here, because this module knows neither.
public struct ClientFile: Hashable, Sendable {
    public var name: String
    /// Programs without which it cannot run: names that are looked up in PATH, or paths.
    public var requires: [String]
    /// How to get what it requires, for people: `run .ci/clients`.
    public var install: String?
    /// The working folder of its commands; like every relative path of the file it counts from the file's folder,
    /// which it is where this is `nil`.
    public var folder: String?
    /// What its environment has besides the one it inherits.
    public var environment: [String: String]
    /// Command lines, with placeholders such as `{url}`.
    public var commands: [Kind: [String]]
    /// How its upstream words refusals; `nil`: as the scenarios do.
    public var dialect: Dialect?
    /// What it takes for a success; `nil`: as the scenarios have it.
    public var success: ResponseTemplate?
    public var declared: Declared
    /// Settings of rules, by the rule's id.
    public var settings: [String: [String: String]]
    /// Why failures of rules are accepted, by the rule's id.
    public var waivers: [String: String]

    public init(
        name: String, requires: [String] = [], install: String? = nil, folder: String? = nil,
        environment: [String: String] = [:], commands: [Kind: [String]], dialect: Dialect? = nil,
        success: ResponseTemplate? = nil, declared: Declared = Declared(),
        settings: [String: [String: String]] = [:], waivers: [String: String] = [:]
    ) {
        self.name = name
        self.requires = requires
        self.install = install
        self.folder = folder
        self.environment = environment
        self.commands = commands
        self.dialect = dialect
        self.success = success
        self.declared = declared
        self.settings = settings
        self.waivers = waivers
    }

    /// What a command does, by the name of the profile of runs that needs it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case get, post, many, workers, deadline
    }

    /// What its owner says of it.
    public struct Declared: Hashable, Sendable {
        /// Requests of one call at most, the first included.
        public var attemptCap: Int?
        /// The endpoint may be called twice: a POST may be replayed.
        public var idempotentPOST = false
        /// It paces itself by the RateLimit fields.
        public var rateLimitFields = false
        /// It obeys responses that forbid a retry.
        public var doNotRetrySignals = false
        /// It sends a second attempt while the first is still open, on purpose.
        public var hedging = false

        public init() {}
    }
}
