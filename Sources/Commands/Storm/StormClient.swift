internal import Backoff
internal import BackoffClient
internal import HTTPSemantics

/// Who calls: what programs do about refusals, from nothing to what the field knows.
enum StormClient: Hashable, Sendable {
    case noRetry
    /// Again after a second, whatever was said.
    case fixed
    /// The textbook's ladder, without chance.
    case exponential
    /// A retry loop around another.
    case doubleLoop
    /// The model client of this package.
    case backoff
    /// The user's own, a process for each call.
    case command([String])

    static let builtIn: [StormClient] = [.noRetry, .fixed, .exponential, .doubleLoop, .backoff]

    var name: String {
        switch self {
        case .noRetry: "no retry"
        case .fixed: "fixed 1 s"
        case .exponential: "exponential, no jitter"
        case .doubleLoop: "two loops (tutorial)"
        case .backoff: "BackoffClient"
        case .command(let words): words.joined(separator: " ")
        }
    }

    /// What it does, for the legend.
    func explanation(_ settings: StormSettings) -> String {
        let base = DurationText.human(settings.base)
        return switch self {
        case .noRetry: "one attempt"
        case .fixed: "5 attempts, a second apart; reads no header"
        case .exponential: "5 attempts after \(base), twice that, and so on; reads no header"
        case .doubleLoop: "5 attempts of a library with 6 of its own in each, ±25 %; reads no header"
        case .backoff: "its defaults, base \(base); up to 1 s of chance above an announced wait"
        case .command: "a process for each call"
        }
    }

    /// The engine's settings, for those that it can be honestly: what one call learns is no other's business, and nothing
    /// but their own count ends their attempts. `nil` for the others.
    func configuration(_ settings: StormSettings) -> BackoffClient.Configuration? {
        var policy = BackoffPolicy()
        policy.base = settings.base
        policy.cap = max(policy.cap, policy.base)
        if self == .backoff {
            var configuration = BackoffClient.Configuration(policy: policy)
            configuration.seed = settings.seed
            configuration.proxy = .direct
            return configuration
        }
        policy.retryAfter = .ignored
        policy.jitter = .none
        switch self {
        case .noRetry, .doubleLoop: policy.attempts = 1
        case .fixed: (policy.base, policy.factor) = (.seconds(1), 1)
        case .exponential: break
        case .backoff, .command: return nil
        }
        var configuration = BackoffClient.Configuration(policy: policy)
        configuration.quota = nil
        configuration.budget = nil
        // The upstreams are on this machine, whatever the environment says of a proxy.
        configuration.proxy = .direct
        return configuration
    }
}
