import Backoff
import BackoffClient
import HTTPSemantics

/// What becomes of a call after a client has ended with it.
enum Disposition: Hashable, Sendable {
    /// It was answered below 400: it leaves the queue.
    case answered
    /// It is tried again, not before this wait is over. Only failures are counted.
    case later(Duration, reason: String, isFailure: Bool)
    /// It was not tried to its end: it waits as before, and nothing counts against it.
    case released
    /// Another attempt would change nothing.
    case dead(reason: String)

    /// The first wait after a client gave up; it doubles from time to time.
    static let base: Duration = .seconds(5)
    static let cap: Duration = .seconds(300)

    /// A response that the client's policy took for an answer.
    ///
    /// 409 for a call with a key means that a request with this key is under way
    /// (draft-ietf-httpapi-idempotency-key-header, section 2.7): the one that a killed process had sent.
    init(
        status: Int, hasKey: Bool, failures: Int, most: Int, using generator: inout some RandomNumberGenerator
    ) {
        if status < 400 {
            self = .answered
        } else if status == 409, hasKey {
            self = Self.later("answered \(ReasonPhrase.line(status))", failures, most, using: &generator)
        } else {
            self = .dead(reason: "answered \(ReasonPhrase.line(status))")
        }
    }

    /// A call that the client gave up.
    ///
    /// - Parameters:
    ///   - failures: how often that has happened before.
    ///   - most: how often it may happen.
    init(
        _ error: BackoffError, failures: Int, most: Int, using generator: inout some RandomNumberGenerator
    ) {
        switch error.reason {
        case .cancelled, .shutDown, .crowded: self = .released
        case .unusablePolicy: self = .dead(reason: "\(error)")
        case .gaveUp(let reason):
            switch reason {
            case .serverAdvisedAgainst, .mayHaveTakenEffect: self = .dead(reason: "\(error)")
            case .notRetryable(let failure):
                // What a certificate or a name server lacks today, it may have tomorrow.
                let isHopeless = [.unsendable, .tooLarge].contains(failure)
                self =
                    isHopeless
                    ? .dead(reason: "\(error)")
                    : Self.later("\(error)", failures, most, using: &generator)
            case .announcedAboveCeiling(let wait), .circuitOpen(let wait):
                // Nothing has failed: there is only a time to wait for.
                self = .later(wait, reason: "\(error)", isFailure: false)
            case .quotaExhausted, .attemptsExhausted, .deadline, .budgetEmpty, .notResumable:
                self = Self.later("\(error)", failures, most, using: &generator)
            }
        }
    }

    private static func later(
        _ reason: String, _ failures: Int, _ most: Int, using generator: inout some RandomNumberGenerator
    ) -> Disposition {
        guard failures + 1 < most else {
            return .dead(reason: "\(reason), the last of \(most) times")
        }
        let whole = min(cap, base * (1 << min(failures, 6)))
        return .later(whole * Double.random(in: 0.5...1, using: &generator), reason: reason, isFailure: true)
    }
}
