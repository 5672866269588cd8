/// Whether and when to try again, as numbers. The defaults are meant to be kept.
///
/// ```swift
/// var policy = BackoffPolicy()
/// policy.attempts = 3
/// policy.deadline = .seconds(10)
/// ```
public struct BackoffPolicy: Hashable, Sendable {
    // MARK: The ladder

    /// Requests sent at most, the first one included; at least 1.
    public var attempts = 5
    /// The wait before the first retry, before chance enters.
    public var base: Duration = .milliseconds(500)
    /// By what the wait grows from retry to retry; 1 keeps it constant.
    public var factor = 2.0
    /// The longest wait of the ladder. An announced wait may be longer.
    public var cap: Duration = .seconds(20)
    public var jitter = Jitter.full
    /// No wait is shorter, so that neither chance nor a server's `Retry-After: 0` makes a hot loop.
    public var floor: Duration = .milliseconds(50)

    // MARK: Announced waits

    public var retryAfter = AnnouncedWait.honoured()
    /// The time for everything, from the first attempt's start to the last byte. A retry that could not start within
    /// it is not waited for. nil: no limit.
    public var deadline: Duration?

    // MARK: What is tried again

    /// Request Timeout, Too Many Requests, and the server errors that pass.
    public var retryableStatuses: Set<Int> = [408, 429, 500, 502, 503, 504]
    public var retryableFailures: Set<TransportFailure> = TransportFailure.passing

    public init() {}

    /// What a Retry-After field does.
    public enum AnnouncedWait: Hashable, Sendable {
        /// It is the least wait. Chance is added above it and never taken from it: up to a quarter of it or one
        /// second, whichever is more, so that callers refused together do not come back together.
        /// Above the ceiling the caller hears of it at once, instead of sleeping through it or coming back early.
        case honoured(ceiling: Duration = .seconds(60))
        /// It is not looked at. For comparison only: a server that is not heeded may ban the caller.
        case ignored
    }

    /// Everything that is wrong with the numbers, as sentences; empty if the policy can be used.
    public var problems: [String] {
        var problems: [String] = []
        if attempts < 1 { problems.append("attempts must be at least 1") }
        if base <= .zero { problems.append("the base must be longer than zero") }
        if !(factor >= 1 && factor.isFinite) { problems.append("the factor must be at least 1") }
        if cap < base { problems.append("the cap must not be shorter than the base") }
        if cap > .seconds(1_000_000_000) { problems.append("the cap must not be longer than 30 years") }
        if floor < .zero || floor > cap { problems.append("the floor must lie between zero and the cap") }
        if case .proportional(let share) = jitter, !(0...1).contains(share) {
            problems.append("the share of proportional jitter must lie between 0 and 1")
        }
        if case .honoured(let ceiling) = retryAfter, ceiling < .zero {
            problems.append("the ceiling of announced waits must not be negative")
        }
        if let deadline, deadline <= .zero { problems.append("the deadline must be longer than zero") }
        return problems
    }
}

extension BackoffPolicy {
    /// How much chance may add to an announced wait.
    public static func spread(above announced: Duration) -> Duration { max(announced / 4, .seconds(1)) }
}
