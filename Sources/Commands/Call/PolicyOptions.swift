internal import ArgumentParser
internal import Backoff
internal import HTTPSemantics

/// When to try again. Values may begin with a minus, so that whoever reads them can say what is wrong with that.
struct PolicyOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Requests sent at most.", valueName: "n"))
    var attempts = 5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The wait before the first retry, before chance enters.", valueName: "time"))
    var base = DurationArgument(.milliseconds(500))

    @Option(
        parsing: .unconditional, help: ArgumentHelp("By what the wait grows from retry to retry.", valueName: "number"))
    var factor = 2.0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The longest wait of the ladder; without it 20s, or the base where that is longer.", valueName: "time"))
    var cap: DurationArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("full, equal, decorrelated, proportional or none.", valueName: "kind"))
    var jitter = JitterArgument(.full)

    @Option(parsing: .unconditional, help: ArgumentHelp("The time for one attempt.", valueName: "time"))
    var timeout = DurationArgument(.seconds(30))

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The time for a call with all its retries; one that cannot start within it is not made.", valueName: "time")
    )
    var deadline: DurationArgument?

    @Option(parsing: .unconditional, help: ArgumentHelp("A Retry-After above it is not waited for.", valueName: "time"))
    var retryAfterCeiling = DurationArgument(.seconds(60))

    @Flag(help: "Do not look at Retry-After. For comparison only.")
    var ignoreRetryAfter = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Makes the waits reproducible.", valueName: "number"))
    var seed: UInt64?

    /// The policy; its problems are not looked at.
    func policy() throws -> BackoffPolicy {
        if timeout.duration <= .zero { throw ValidationError("--timeout must be longer than zero") }
        var policy = BackoffPolicy()
        policy.attempts = attempts
        policy.base = base.duration
        policy.factor = factor
        if let cap, cap.duration < base.duration {
            throw ValidationError("--cap \(cap) is shorter than --base \(base); the ladder begins at the base")
        }
        policy.cap = cap?.duration ?? max(.seconds(20), base.duration)
        policy.jitter = jitter.jitter
        policy.deadline = deadline?.duration
        policy.retryAfter = ignoreRetryAfter ? .ignored : .honoured(ceiling: retryAfterCeiling.duration)
        // Who asks for a shorter base has chosen it.
        policy.floor = min(policy.floor, max(.zero, policy.base))
        return policy
    }
}

/// `2s`, `250ms`, `1m30s`, or seconds as a number.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
    var duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) ?? DurationText.parse(argument + "s") else { return nil }
        self.duration = duration
    }

    var description: String { DurationText.print(duration) }
    var defaultValueDescription: String { description }
}

/// A kind of jitter by its name; `proportional:0.1` names another share than a quarter.
struct JitterArgument: ExpressibleByArgument, CustomStringConvertible {
    var jitter: Jitter

    init(_ jitter: Jitter) { self.jitter = jitter }

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts[0], parts.count) {
        case ("full", 1): jitter = .full
        case ("equal", 1): jitter = .equal
        case ("decorrelated", 1): jitter = .decorrelated
        case ("none", 1): jitter = .none
        case ("proportional", 1): jitter = .proportional(0.25)
        case ("proportional", _):
            guard let share = Double(parts[1]) else { return nil }
            jitter = .proportional(share)
        default: return nil
        }
    }

    var description: String {
        switch jitter {
        case .full: "full"
        case .equal: "equal"
        case .decorrelated: "decorrelated"
        case .proportional(let share): "proportional:\(share)"
        case .none: "none"
        }
    }

    var defaultValueDescription: String { description }
    static var allValueStrings: [String] { ["full", "equal", "decorrelated", "proportional", "none"] }
}
