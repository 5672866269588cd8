public import Backoff
import HTTPSemantics

/// A call that was not answered, with everything that was tried.
///
/// The last response is kept, so that a caller can read what the server said, or fall back to what it has cached.
public struct BackoffError: Error, Sendable {
    public var reason: Reason
    /// All attempts that ended, oldest first.
    public var history: [Attempt]
    /// The last complete response, if there was any.
    public var lastResponse: BackoffResponse?

    init(_ reason: Reason, history: [Attempt] = [], lastResponse: BackoffResponse? = nil) {
        self.reason = reason
        self.history = history
        self.lastResponse = lastResponse
        self.lastResponse?.history = history
    }

    public enum Reason: Hashable, Sendable {
        /// The policy has no further attempt.
        case gaveUp(RetryDecision.GiveUpReason)
        /// The task was cancelled.
        case cancelled
        /// As many calls wait for the quota as ``BackoffClient/Configuration/gateCapacity`` allows.
        case crowded
        /// The client was shut down.
        case shutDown
        /// The policy given with the call has problems.
        case unusablePolicy([String])
    }
}

extension BackoffError: CustomStringConvertible {
    public var description: String {
        let attempts = history.count == 1 ? "1 attempt" : "\(history.count) attempts"
        let last =
            switch history.last?.outcome {
            case .response(let status)?: "; the last response was \(ReasonPhrase.line(status))"
            case .failure(let failure)?: "; the last failure was: \(failure.rawValue)"
            case nil: ""
            }
        return switch reason {
        case .gaveUp(let reason): "gave up: \(reason)\(last)"
        case .cancelled: "cancelled after \(attempts)\(last)"
        case .crowded: "too many calls wait for the quota already\(last)"
        case .shutDown: "the client was shut down after \(attempts)\(last)"
        case .unusablePolicy(let problems): "the policy cannot be used: \(problems.joined(separator: "; "))"
        }
    }
}
