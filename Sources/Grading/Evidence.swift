public import HTTPSemantics
public import Journal

/// All that is known about a client so far.
public struct Evidence: Sendable {
    /// Finished runs by kind, in order of their start.
    public var runs: [RunRequest.Kind: [Run]]
    /// Profiles for which a command is known.
    public var profiles: Set<Profile>
    /// Whether the command of ``Profile/many`` spaces its calls as it is told (`{rate}`).
    public var canPace: Bool
    /// Whether a command of ``Profile/many`` sends POSTs with a body as well.
    public var canPostMany: Bool
    public var declared: Declarations
    /// Settings of the rule that is asked (`{ most: 6 }`).
    public var settings: [String: String]
    public var thoroughness: Thoroughness

    public init(
        runs: [RunRequest.Kind: [Run]] = [:], profiles: Set<Profile> = [.get, .workers], canPace: Bool = false,
        canPostMany: Bool = false, declared: Declarations = Declarations(), settings: [String: String] = [:],
        thoroughness: Thoroughness = .standard
    ) {
        self.runs = runs
        self.profiles = profiles
        self.canPace = canPace
        self.canPostMany = canPostMany
        self.declared = declared
        self.settings = settings
        self.thoroughness = thoroughness
    }

    /// How many repetitions and how long a wait the suite affords.
    public enum Thoroughness: String, Hashable, Sendable, CaseIterable {
        case quick, standard, full
    }
}

/// What the client's owner says about it. Rules on what only some clients claim to do judge only where it is said.
public struct Declarations: Hashable, Sendable {
    /// Requests of one call at most, the first included.
    public var attemptCap: Int?
    /// The endpoint may be called twice: a POST may be replayed.
    public var idempotentPOST: Bool
    /// It reads the RateLimit fields of draft-ietf-httpapi-ratelimit-headers and paces itself by them.
    public var rateLimitFields: Bool
    /// It obeys responses that forbid a retry: `x-should-retry: false`, `insufficient_quota`.
    public var doNotRetrySignals: Bool
    /// It sends a second attempt while the first is still open, on purpose.
    public var hedging: Bool

    public init(
        attemptCap: Int? = nil, idempotentPOST: Bool = false, rateLimitFields: Bool = false,
        doNotRetrySignals: Bool = false, hedging: Bool = false
    ) {
        self.attemptCap = attemptCap
        self.idempotentPOST = idempotentPOST
        self.rateLimitFields = rateLimitFields
        self.doNotRetrySignals = doNotRetrySignals
        self.hedging = hedging
    }
}

/// One client process (for workers: one of the round) and what its lane saw.
public struct Run: Sendable {
    /// The round it belongs to, from 0; for a single run its number among its kind.
    public var round: Int
    /// In order of arrival. In get, post, deadline and worker runs all of them are one logical call.
    public var exchanges: [Exchange]
    /// The lane's civil time.
    public var wall: WallLine
    /// How far the machine's civil clock moved against the monotonic one during the run.
    public var clockStep: Duration
    /// The process was started, on the lane's line.
    public var startedAt: Instant
    /// The process ended or was ended, on the lane's line.
    public var endedAt: Instant
    public var ending: Ending
    public var output: Output
    /// When the server's loop was late.
    public var stalls: [Stall]
    /// Journal entries that were lost; a run that lost some is no evidence.
    public var dropped: UInt64
    /// Scripted replies of bounded length that nobody asked for.
    public var unconsumed: Int
    public var seed: UInt64

    public init(
        round: Int = 0, exchanges: [Exchange], wall: WallLine, clockStep: Duration = .zero,
        startedAt: Instant = .zero, endedAt: Instant, ending: Ending = .exited(0), output: Output = Output(),
        stalls: [Stall] = [], dropped: UInt64 = 0, unconsumed: Int = 0, seed: UInt64 = 1
    ) {
        self.round = round
        self.exchanges = exchanges
        self.wall = wall
        self.clockStep = clockStep
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.ending = ending
        self.output = output
        self.stalls = stalls
        self.dropped = dropped
        self.unconsumed = unconsumed
        self.seed = seed
    }

    public enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// Still running at the run's limit; ended by us.
        case timeUp
        /// Ended by us because no request came within 10 s.
        case noRequest
        /// Sent more than 1,000 requests; it was answered 503 from then on.
        case tooManyRequests
    }

    /// What the process printed on standard output.
    public struct Output: Hashable, Sendable {
        public var length: Int
        /// SHA-256 in lower-case hexadecimal.
        public var digest: String

        public init(length: Int = 0, digest: String = "") {
            self.length = length
            self.digest = digest
        }
    }
}

/// A journal that is judged as it is, without runs of the rule's own.
public struct Observation: Sendable {
    public let exchanges: [Exchange]
    /// The calls that they belong to: gathered once, for all rules that read them.
    let calls: [Call]
    /// The lane's civil time as its clock showed it at the beginning.
    public var wall: WallLine
    /// When that clock was set.
    public var wallSteps: [WallStep]
    public var stalls: [Stall]
    public var dropped: UInt64
    public var settings: [String: String]

    public init(
        exchanges: [Exchange], wall: WallLine, wallSteps: [WallStep] = [], stalls: [Stall] = [], dropped: UInt64 = 0,
        settings: [String: String] = [:]
    ) {
        self.exchanges = exchanges
        calls = Call.group(exchanges)
        self.wall = wall
        self.wallSteps = wallSteps
        self.stalls = stalls
        self.dropped = dropped
        self.settings = settings
    }

    /// The lane's civil time as its clock showed it at an instant. What a response asked for is read by the clock that
    /// its dates are from, whatever becomes of that clock later.
    func wall(at instant: Instant) -> WallLine { wall.stepped(by: wallSteps, until: instant) }
}
