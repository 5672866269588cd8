internal import HTTPSemantics

/// Who calls, how often, and how much at once.
public struct Load: Hashable, Sendable {
    /// Client processes, each with a random generator of its own.
    public var workers: Int
    /// Calls that each of them makes.
    public var calls: Int
    /// How many of its calls each of them has under way at most.
    public var concurrency: Int
    /// The time from the beginning of one call to that of the next; `nil`: as soon as concurrency allows.
    public var spacing: Duration?
    /// The workers begin at random within this time.
    public var spread: Duration

    public init(
        workers: Int = 1, calls: Int = 1, concurrency: Int = 1, spacing: Duration? = nil, spread: Duration = .zero
    ) {
        precondition(workers > 0 && calls > 0 && concurrency > 0, "somebody calls something")
        self.workers = workers
        self.calls = calls
        self.concurrency = concurrency
        self.spacing = spacing
        self.spread = spread
    }
}

/// How long messages take on their way.
public struct Network: Hashable, Sendable {
    /// At least, in each direction.
    public var delay: Duration
    /// Up to so much more, each message at random.
    public var scatter: Duration

    public init(delay: Duration = .zero, scatter: Duration = .zero) {
        self.delay = delay
        self.scatter = scatter
    }

    func draw(_ generator: inout SeededGenerator) -> Duration {
        guard scatter > .zero else { return delay }
        return delay + .nanoseconds(Int64.random(in: 0...scatter.nanoseconds, using: &generator))
    }
}
