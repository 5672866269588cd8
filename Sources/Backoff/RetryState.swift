public import HTTPSemantics

/// One logical request on its way through its attempts: told what happened, it decides what follows.
///
/// It neither sleeps nor sends. The shell calls ``begin(at:)``, performs the attempt, reports how it ended, and acts
/// on the decision:
///
/// ```swift
/// var state = RetryState(policy: policy, request: .init(method: "GET", hasIdempotencyKey: false), at: clock.now)
/// state.begin(at: clock.now)
/// switch state.responded(status: 429, fields: fields, at: clock.now, received: wall.now, using: &generator) {
/// case .finish: …
/// case .wait(let duration, _): …
/// case .giveUp(let reason): …
/// }
/// ```
public struct RetryState: Sendable {
    /// What of a request decides whether it may be sent twice.
    public struct Request: Hashable, Sendable {
        public var method: String
        public var hasIdempotencyKey: Bool

        public init(method: String, hasIdempotencyKey: Bool = false) {
            self.method = method
            self.hasIdempotencyKey = hasIdempotencyKey
        }

        /// Whether sending it twice does the same as sending it once.
        public var isRepeatable: Bool { hasIdempotencyKey || HTTPMethod.isIdempotent(method) }
    }

    public let policy: BackoffPolicy
    public let request: Request
    /// When the first attempt was asked for: the total deadline counts from here.
    public let began: Instant
    /// The attempts that have ended, oldest first; empty where they are not kept.
    public private(set) var history: [Attempt] = []
    private let keepsHistory: Bool
    /// How many attempts have ended.
    private var ended = 0
    private var attemptStarted: Instant
    private var previousWait: Duration?

    /// - Parameter keepsHistory: false where there are many calls and nobody reads their ``history``.
    /// - Precondition: the policy has no ``BackoffPolicy/problems``.
    public init(policy: BackoffPolicy, request: Request, at now: Instant, keepsHistory: Bool = true) {
        precondition(policy.problems.isEmpty, policy.problems.joined(separator: "; "))
        self.policy = policy
        self.request = request
        self.keepsHistory = keepsHistory
        began = now
        attemptStarted = now
    }

    /// The number of the attempt under way or to come next, 1 for the first.
    public var attemptNumber: Int { ended + 1 }

    /// When everything must be over; nil without a deadline.
    public var deadline: Instant? { policy.deadline.map { began + $0 } }

    /// An attempt starts.
    public mutating func begin(at now: Instant) { attemptStarted = now }

    /// The attempt brought a complete response.
    ///
    /// - Parameters:
    ///   - body: its beginning is enough; looked at for ``HardQuota`` only.
    ///   - received: the same moment as `now` on the recipient's wall clock; dates without a `Date` are read by it.
    public mutating func responded(
        status: Int, fields: FieldBlock, body: [UInt8] = [], at now: Instant, received: WallTime,
        using generator: inout some RandomNumberGenerator
    ) -> RetryDecision {
        let announcement = WaitAnnouncement(fields, received: received)
        let decision = decide(
            status: status, fields: fields, body: body, announcement: announcement, at: now, using: &generator)
        record(.response(status: status), retryAfter: announcement.retryAfter, decision: decision, at: now)
        return decision
    }

    /// The retry that was decided last is not made after all: what calls share (a budget, a breaker) forbids it.
    public mutating func forgo(_ reason: RetryDecision.GiveUpReason) -> RetryDecision {
        let decision = RetryDecision.giveUp(reason)
        if !history.isEmpty { history[history.count - 1].decision = decision }
        return decision
    }

    /// The attempt ended without a complete response.
    ///
    /// - Parameter mayHaveArrived: whether any byte of the request was handed to the network.
    public mutating func failed(
        _ failure: TransportFailure, mayHaveArrived: Bool, at now: Instant,
        using generator: inout some RandomNumberGenerator
    ) -> RetryDecision {
        let decision: RetryDecision =
            if !policy.retryableFailures.contains(failure) {
                .giveUp(.notRetryable(failure))
            } else if mayHaveArrived && !request.isRepeatable {
                .giveUp(.mayHaveTakenEffect)
            } else {
                nextAttempt(announced: nil, at: now, using: &generator)
            }
        record(.failure(failure), retryAfter: nil, decision: decision, at: now)
        return decision
    }

    /// The attempt that was answered last broke off after its head, in a body that the caller reads as it comes.
    ///
    /// The attempt's record changes: it has failed after all.
    ///
    /// - Parameter obstacle: why the rest cannot be asked for; nil if it can.
    /// - Precondition: an attempt has ended, and its history is kept.
    public mutating func brokeOff(
        _ failure: TransportFailure, obstacle: RetryDecision.Obstacle?, at now: Instant,
        using generator: inout some RandomNumberGenerator
    ) -> RetryDecision {
        let broken = history.removeLast()
        ended -= 1
        attemptStarted = broken.started
        let decision: RetryDecision =
            if let obstacle {
                .giveUp(.notResumable(obstacle))
            } else if !policy.retryableFailures.contains(failure) {
                .giveUp(.notRetryable(failure))
            } else {
                nextAttempt(announced: nil, at: now, using: &generator)
            }
        record(.failure(failure), retryAfter: broken.retryAfter, decision: decision, at: now)
        return decision
    }

    private func decide(
        status: Int, fields: FieldBlock, body: [UInt8], announcement: WaitAnnouncement, at now: Instant,
        using generator: inout some RandomNumberGenerator
    ) -> RetryDecision {
        // Advice of the server itself, as OpenAI's and other SDKs read it; only an error can be advised upon.
        let advice = status >= 400 ? fields["x-should-retry"] : nil
        guard policy.retryableStatuses.contains(status) || advice == "true" else { return .finish }
        if advice == "false" { return .giveUp(.serverAdvisedAgainst) }
        if status == 429, HardQuota.isSaid(by: body) { return .giveUp(.quotaExhausted) }
        guard request.isRepeatable || advice == "true" || saysNotDone(status: status, announcement) else {
            return .giveUp(.mayHaveTakenEffect)
        }
        guard case .honoured(let ceiling) = policy.retryAfter, announcement.isPresent else {
            return nextAttempt(announced: nil, at: now, using: &generator)
        }
        guard let wait = announcement.wait, wait > .zero else {
            return nextAttempt(announced: .zero, at: now, using: &generator)
        }
        guard wait <= ceiling else { return .giveUp(.announcedAboveCeiling(wait)) }
        return nextAttempt(announced: wait, at: now, using: &generator)
    }

    /// Whether the response says that the request was refused before anything was done: 429, and 503 with a
    /// Retry-After. Every other error may have come after the effect.
    private func saysNotDone(status: Int, _ announcement: WaitAnnouncement) -> Bool {
        status == 429 || (status == 503 && announcement.isPresent)
    }

    /// - Parameter announced: nil if nothing was announced, zero if what was announced cannot be used.
    private func nextAttempt(
        announced: Duration?, at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> RetryDecision {
        guard attemptNumber < policy.attempts else { return .giveUp(.attemptsExhausted(policy.attempts)) }
        let remaining = deadline.map { $0 - now }
        if let policyDeadline = policy.deadline, let remaining, (announced ?? .zero) >= remaining {
            return .giveUp(.deadline(policyDeadline))
        }
        if let announced, announced > .zero {
            let spread = BackoffPolicy.spread(above: announced)
            // Half of what the deadline leaves is kept for the attempt itself.
            let room = remaining.map { min(spread, ($0 - announced) / 2) } ?? spread
            let extra = Duration.uniform(from: .zero, to: room, using: &generator)
            return .wait(max(policy.floor, announced + extra), .announced(announced))
        }
        let wait = policy.ladderWait(retry: ended, previous: previousWait, using: &generator)
        if let policyDeadline = policy.deadline, let remaining, wait >= remaining {
            return .giveUp(.deadline(policyDeadline))
        }
        return .wait(wait, announced == nil ? .backoff : .announcementUnusable)
    }

    private mutating func record(
        _ outcome: Attempt.Outcome, retryAfter: RetryAfter?, decision: RetryDecision, at now: Instant
    ) {
        if keepsHistory {
            history.append(
                Attempt(
                    number: attemptNumber, started: attemptStarted, ended: now, outcome: outcome,
                    retryAfter: retryAfter, decision: decision))
        }
        ended += 1
        if case .wait(let wait, let reason) = decision {
            // An announced wait is no step of the ladder.
            if case .announced = reason { return }
            previousWait = wait
        }
    }
}
