internal import HTTPSemantics
public import RateLimiting

/// What a fleet of clients does, and what the upstream does to it.
public struct FleetScenario: Hashable, Sendable {
    /// Processes; the calls of one share what its policy says.
    public var clients: Int
    public var load: FleetLoad
    /// Everything ends so long after the last call has begun at the latest.
    public var drain: Duration = .seconds(600)
    public var limits: [FleetLimit] = []
    public var outages: [Outage] = []
    /// `nil`: any number of requests is answered at once.
    public var capacity: Capacity?
    /// The share of requests that fail with 503 for no reason.
    public var failureShare = 0.0
    /// In each direction.
    public var network = Network(delay: .milliseconds(10), scatter: .milliseconds(2))
    /// Of an answer, from its arrival on.
    public var service: Duration = .milliseconds(20)

    public init(clients: Int, load: FleetLoad) {
        self.clients = clients
        self.load = load
    }

    /// Everything that is wrong with the numbers, as sentences; empty if they can be played.
    public var problems: [String] {
        var problems: [String] = []
        if !(1...1_000_000).contains(clients) { problems.append("there are 1 to 1,000,000 clients") }
        if load.every < .microseconds(1) { problems.append("the time between calls must be longer than zero") }
        if load.batch < 1 || load.concurrency < 1 { problems.append("somebody must call something") }
        if load.duration <= .zero { problems.append("the duration must be longer than zero") }
        if load.duration + drain > .seconds(72 * 3600) { problems.append("a simulation lasts 72 hours at most") }
        if !(0...1).contains(failureShare) { problems.append("the share of failures lies between 0 and 1") }
        if let capacity, !(capacity.rate > 0 && capacity.rate <= 1e9) {
            problems.append("the capacity is above 0 and at most 1,000,000,000 a second")
        }
        if outages.contains(where: { $0.start < .zero || $0.length <= .zero }) {
            problems.append("an outage begins at 0 or later and lasts longer than zero")
        }
        return problems
    }
}

/// When the clients call: each at moments of its own, whatever became of the calls before (an open loop).
public struct FleetLoad: Hashable, Sendable {
    /// From one batch of a client's calls to the next, on average.
    public var every: Duration
    /// Whether batches come evenly spaced, from a random beginning on, or at random (a Poisson process).
    public var isEven = false
    /// Calls that become due together.
    public var batch = 1
    /// Calls of a client under way at most; others wait in line.
    public var concurrency = unlimited
    /// No call becomes due later.
    public var duration: Duration

    /// As many at once as become due.
    public static let unlimited = Int(Int32.max)

    public init(every: Duration, duration: Duration) {
        self.every = every
        self.duration = duration
    }
}

/// A limit that refuses with 429.
public struct FleetLimit: Hashable, Sendable {
    public var policy: LimitPolicy
    /// Whether each client has a quota of its own.
    public var isPerClient = false
    /// Whether refusals carry a Retry-After, in whole seconds, rounded up.
    public var announces = true

    public init(_ policy: LimitPolicy, isPerClient: Bool = false, announces: Bool = true) {
        self.policy = policy
        self.isPerClient = isPerClient
        self.announces = announces
    }
}

/// A time in which nothing is answered well.
public struct Outage: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// 503 at once.
        case errors
        /// No answer at all.
        case silence
    }

    public var start: Duration
    public var length: Duration
    public var kind: Kind

    public init(start: Duration, length: Duration, kind: Kind = .errors) {
        self.start = start
        self.length = length
        self.kind = kind
    }
}

/// A server that works off one line of requests, first come, first served, each in the same time (M/D/1).
///
/// It cannot see who has stopped waiting: what is answered too late has cost as much as what is answered in time. So
/// above its rate, as soon as the line is longer than its clients' patience, everything it does is for nobody, and
/// retries keep it so: the *metastable failure* of N. Bronson et al., "Metastable Failures in Distributed Systems"
/// (HotOS 2021), and of L. Huang et al., "Metastable Failures in the Wild" (OSDI 2022).
public struct Capacity: Hashable, Sendable {
    /// Requests a second.
    public var rate: Double
    /// Who would wait longer than this is refused at once with 503, which costs nothing; `nil`: the line has no end.
    public var longestWait: Duration?

    public init(rate: Double, longestWait: Duration? = nil) {
        self.rate = rate
        self.longestWait = longestWait
    }
}
