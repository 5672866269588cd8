public import HTTPSemantics

/// One request that was sent, how it ended, and what was decided then.
public struct Attempt: Hashable, Sendable {
    /// 1 for the first.
    public var number: Int
    public var started: Instant
    public var ended: Instant
    public var outcome: Outcome
    /// What the response's Retry-After field said, if it had one.
    public var retryAfter: RetryAfter?
    public var decision: RetryDecision

    public init(
        number: Int, started: Instant, ended: Instant, outcome: Outcome, retryAfter: RetryAfter? = nil,
        decision: RetryDecision
    ) {
        self.number = number
        self.started = started
        self.ended = ended
        self.outcome = outcome
        self.retryAfter = retryAfter
        self.decision = decision
    }

    public var elapsed: Duration { ended - started }

    public enum Outcome: Hashable, Sendable {
        case response(status: Int)
        case failure(TransportFailure)
    }
}

/// What follows an attempt.
public enum RetryDecision: Hashable, Sendable {
    /// The response is the answer: a success, or an error that another attempt would not change.
    case finish
    /// Sleep, then send again.
    case wait(Duration, WaitReason)
    /// It failed, and there will be no other attempt.
    case giveUp(GiveUpReason)

    /// Where the length of a wait comes from.
    public enum WaitReason: Hashable, Sendable {
        /// The ladder.
        case backoff
        /// The server asked for so much; chance was added above it.
        case announced(Duration)
        /// The server announced a wait that says nothing (malformed, zero or past): the ladder.
        case announcementUnusable
    }

    /// Why there is no other attempt.
    public enum GiveUpReason: Hashable, Sendable {
        /// As many attempts as the policy allows.
        case attemptsExhausted(Int)
        /// The server asks for a longer wait than the policy accepts.
        case announcedAboveCeiling(Duration)
        /// The next attempt could not start before the total deadline, or the deadline has passed.
        case deadline(Duration)
        /// The response said `x-should-retry: false`.
        case serverAdvisedAgainst
        /// The request may have had its effect, its method is not idempotent, and it carries no Idempotency-Key
        /// (RFC 9110 section 9.2.2).
        case mayHaveTakenEffect
        /// The failure would not pass.
        case notRetryable(TransportFailure)
        /// The caller's quota is used up for good (`insufficient_quota`): only a payment brings it back.
        case quotaExhausted
        /// The calls of this client have used up the retries that they share.
        case budgetEmpty
        /// The server fails so much that it is left alone for so long.
        case circuitOpen(Duration)
        /// A response broke off whose beginning the caller has, and the rest cannot be asked for.
        case notResumable(Obstacle)
    }

    /// Why the rest of a response cannot be had. Two halves are put together only if a strong validator says that they
    /// are of one thing (RFC 9110 sections 13.1.5 and 15.3.7.3).
    public enum Obstacle: String, Hashable, Sendable, CaseIterable {
        case request = "only a GET without a Range of its own can go on where it broke off"
        case noStrongValidator = "the response has no strong ETag"
        case noRanges = "the server serves no ranges"
        case changed = "the resource has changed since"
        case otherPart = "the server sent another part than was asked for"
        case refused = "the server refuses the rest"
    }
}

extension RetryDecision.GiveUpReason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .attemptsExhausted(let attempts):
            attempts == 1 ? "the only attempt failed" : "all \(attempts) attempts failed"
        case .announcedAboveCeiling(let wait):
            "the server asks for a wait of \(DurationText.human(wait)), longer than is accepted"
        case .deadline(let deadline):
            "no further attempt fits into the deadline of \(DurationText.human(deadline))"
        case .serverAdvisedAgainst: "the server advises against another attempt"
        case .mayHaveTakenEffect:
            "the request may have taken effect; without an Idempotency-Key it is not sent again"
        case .notRetryable(let failure): "\(failure.rawValue), which does not pass by itself"
        case .quotaExhausted: "the account's quota is used up, which no wait brings back"
        case .budgetEmpty: "the calls of this client have used up their budget of retries"
        case .circuitOpen(let wait):
            "the server fails too much and is left alone for another \(DurationText.human(wait))"
        case .notResumable(let obstacle): "the response broke off, and \(obstacle.rawValue)"
        }
    }
}
