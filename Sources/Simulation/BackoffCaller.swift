public import Backoff
public import HTTPSemantics
public import Upstream

/// The model client in virtual time: one request, sent again as a ``BackoffPolicy`` decides, its calls knowing of each
/// other what a real process' calls know.
public struct BackoffCaller: SimulatedClient {
    public var policy: BackoffPolicy
    public var request: UpstreamRequest
    /// The time for one attempt; `nil`: as long as it takes.
    public var attemptTimeout: Duration?
    private var shared: SharedKnowledge

    /// A call under way.
    public struct Call: Sendable {
        fileprivate var state: RetryState
        fileprivate var pass = SharedKnowledge.Pass()
    }

    /// - Precondition: the policy has no problems.
    public init(
        policy: BackoffPolicy = BackoffPolicy(), request: UpstreamRequest = UpstreamRequest(method: "GET", target: "/"),
        attemptTimeout: Duration? = .seconds(30), shared: SharedKnowledge = SharedKnowledge()
    ) {
        self.policy = policy
        self.request = request
        self.attemptTimeout = attemptTimeout
        self.shared = shared
    }

    public mutating func begin(_ number: Int, at now: Instant, using generator: inout SeededGenerator) -> Call {
        Call(state: RetryState(policy: policy, request: RetryState.Request(request), at: now, keepsHistory: false))
    }

    public mutating func admit(_ call: inout Call, at now: Instant) -> Admission {
        shared.admit(&call.pass, at: now, latest: policy.latestAttempt(call.state.deadline, at: now))
    }

    public mutating func request(
        _ call: inout Call, at now: Instant, using generator: inout SeededGenerator
    ) -> UpstreamRequest {
        call.state.begin(at: now)
        return request
    }

    public func timeout(of call: Call, at now: Instant) -> Duration? {
        [attemptTimeout, call.state.deadline.map { max(.zero, $0 - now) }].compactMap { $0 }.min()
    }

    public mutating func next(
        after outcome: AttemptOutcome, in call: inout Call, at now: Instant, received: WallTime,
        using generator: inout SeededGenerator
    ) -> NextStep {
        shared.finished(&call.pass, outcome, at: now, received: received)
        var (decision, status) = call.state.ended(outcome, at: now, received: received, using: &generator)
        switch decision {
        case .wait:
            if !shared.mayRetry(&call.pass, after: outcome) { decision = call.state.forgo(.budgetEmpty) }
        case .finish: if let status, status < 500 { shared.succeeded(call.pass) }
        case .giveUp: break
        }
        return NextStep(decision, status: status)
    }
}

extension BackoffPolicy {
    /// Until when a call waits for its quota: as long as for a server that asks for it.
    public func latestAttempt(_ deadline: Instant?, at now: Instant) -> Instant {
        guard case .honoured(let ceiling) = retryAfter else { return deadline ?? .distantFuture }
        return min(deadline ?? .distantFuture, now + ceiling)
    }
}

extension RetryState {
    /// Tells Backoff how an attempt ended.
    ///
    /// - Returns: what it decided, and the status of the response if there was one.
    public mutating func ended(
        _ outcome: AttemptOutcome, at now: Instant, received: WallTime, using generator: inout SeededGenerator
    ) -> (decision: RetryDecision, status: Int?) {
        switch outcome {
        case .response(let response):
            let decision = responded(
                status: response.status, fields: response.fields, body: response.body, at: now, received: received,
                using: &generator)
            return (decision, response.status)
        case .failure(let failure, let mayHaveArrived, _):
            return (failed(failure, mayHaveArrived: mayHaveArrived, at: now, using: &generator), nil)
        }
    }
}

extension RetryState.Request {
    /// What of a request decides whether it may be sent twice.
    public init(_ request: UpstreamRequest) {
        self.init(
            method: request.method, hasIdempotencyKey: request.fields.firstValue(of: "Idempotency-Key") != nil)
    }
}

extension NextStep {
    /// - Parameter status: that of the response, if there was one.
    public init(_ decision: RetryDecision, status: Int?) {
        switch decision {
        case .wait(let wait, _): self = .retry(after: wait)
        case .finish: self = .end(status.map { $0 < 400 } ?? false ? .succeeded : .failed)
        case .giveUp: self = .end(.failed)
        }
    }
}
