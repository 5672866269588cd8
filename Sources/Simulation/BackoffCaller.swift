public import Backoff
public import HTTPSemantics
public import Upstream

/// The model client in virtual time: one request, sent again as a ``BackoffPolicy`` decides.
public struct BackoffCaller: SimulatedClient {
    public var policy: BackoffPolicy
    public var request: UpstreamRequest
    /// The time for one attempt; `nil`: as long as it takes.
    public var attemptTimeout: Duration?

    /// - Precondition: the policy has no problems.
    public init(
        policy: BackoffPolicy = BackoffPolicy(), request: UpstreamRequest = UpstreamRequest(method: "GET", target: "/"),
        attemptTimeout: Duration? = .seconds(30)
    ) {
        self.policy = policy
        self.request = request
        self.attemptTimeout = attemptTimeout
    }

    public mutating func begin(
        _ number: Int, at now: Instant, using generator: inout SeededGenerator
    ) -> RetryState {
        RetryState(policy: policy, request: RetryState.Request(request), at: now, keepsHistory: false)
    }

    public mutating func request(
        _ call: inout RetryState, at now: Instant, using generator: inout SeededGenerator
    ) -> UpstreamRequest {
        call.begin(at: now)
        return request
    }

    public func timeout(of call: RetryState, at now: Instant) -> Duration? {
        [attemptTimeout, call.deadline.map { max(.zero, $0 - now) }].compactMap { $0 }.min()
    }

    public mutating func next(
        after outcome: AttemptOutcome, in call: inout RetryState, at now: Instant, received: WallTime,
        using generator: inout SeededGenerator
    ) -> NextStep {
        let (decision, status) = call.ended(outcome, at: now, received: received, using: &generator)
        return NextStep(decision, status: status)
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
                status: response.status, fields: response.fields, at: now, received: received, using: &generator)
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
