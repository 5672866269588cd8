import Backoff
import HTTPSemantics
import HTTPTypes
import Logging
import Metrics

/// Makes attempts until a call is answered or given up, whatever carries them: the gate, the permits, the breaker,
/// the policy, the budget and the sleeps stand here, the sending does not.
final class CallEngine: Sendable {
    /// What one attempt brought.
    struct Attempted<Payload: Sendable>: Sendable {
        var outcome: TransferOutcome
        /// What belongs to a response beside status and fields.
        var payload: Payload?
    }

    /// A call that was answered.
    struct Answered<Payload: Sendable>: Sendable {
        var payload: Payload
        var history: [Attempt]
    }

    let configuration: BackoffClient.Configuration
    let time: TimeLine
    let randomness: Randomness
    private let permits: Permits
    private let counters: AttemptCounters
    private let shared: SharedKnowledge

    init(_ configuration: BackoffClient.Configuration, time: TimeLine) {
        self.configuration = configuration
        self.time = time
        counters = AttemptCounters(configuration.metrics ?? MetricsSystem.factory)
        permits = Permits(count: configuration.concurrency)
        randomness = Randomness(seed: configuration.seed)
        shared = SharedKnowledge(configuration, time: time)
    }

    /// The request as it is sent every time: with a key of its own, where that is wanted and it has none.
    func prepared(_ request: HTTPRequest) -> HTTPRequest {
        guard configuration.addsIdempotencyKeys, request.headerFields[.idempotencyKey] == nil,
            !HTTPMethod.isIdempotent(request.method.rawValue)
        else { return request }
        var request = request
        request.headerFields[.idempotencyKey] = randomness.withGenerator { IdempotencyKey.random(using: &$0) }
        return request
    }

    /// How long an attempt may take.
    struct Allowance {
        /// For this attempt; nil: no limit.
        var attempt: Duration?
        /// Until the call's deadline; nil: it has none.
        var remaining: Duration?

        /// The shorter of both.
        var shortest: Duration? { [attempt, remaining].compactMap { $0 }.min() }
    }

    /// Makes an attempt. As long as the permit is held, it counts as on the wire.
    typealias Send<Payload: Sendable> = (_ allowance: Allowance, _ permit: Permits.Permit) async -> Attempted<Payload>

    /// - Parameters:
    ///   - request: what ``prepared(_:)`` made of it.
    ///   - send: makes an attempt.
    func perform<Payload>(
        _ request: HTTPRequest, policy: BackoffPolicy, send: Send<Payload>
    ) async throws(BackoffError) -> Answered<Payload> {
        var call = begin(request, policy: policy)
        return try await answer(&call, send)
    }

    func begin(_ request: HTTPRequest, policy: BackoffPolicy) -> Call {
        let kind = RetryState.Request(
            method: request.method.rawValue, hasIdempotencyKey: request.headerFields[.idempotencyKey] != nil)
        return Call(
            state: RetryState(policy: policy, request: kind, at: time.now), request: request,
            gate: configuration.quota.map { shared.gate(of: $0(request)) },
            origin: "\(request.scheme ?? "")://\(request.authority ?? "")")
    }

    /// Makes attempts until one is the answer.
    func answer<Payload>(
        _ call: inout Call, _ send: Send<Payload>
    ) async throws(BackoffError) -> Answered<Payload> {
        while true {
            if let answered = try await attempt(&call, send) { return answered }
        }
    }

    /// The answer broke off in its body: sleeps as long as the policy demands before the rest may be asked for.
    func brokeOff(
        _ call: inout Call, _ failure: TransportFailure, obstacle: RetryDecision.Obstacle?
    ) async throws(BackoffError) {
        let now = time.now
        var decision = randomness.withGenerator { generator in
            call.state.brokeOff(failure, obstacle: obstacle, at: now, using: &generator)
        }
        spend(&decision, for: .transient, &call)
        try await act(on: decision, of: call, from: now)
    }

    /// The answer to the question for the rest is none that can be used.
    func refused(_ call: inout Call, _ obstacle: RetryDecision.Obstacle) -> BackoffError {
        _ = call.state.forgo(.notResumable(obstacle))
        return call.error(.gaveUp(.notResumable(obstacle)))
    }

    /// One logical request on its way.
    struct Call: Sendable {
        var state: RetryState
        var request: HTTPRequest
        fileprivate var gate: Gate?
        fileprivate var origin: String
        fileprivate var lastResponse: BackoffResponse?
        /// What its last retry took from the budget.
        fileprivate var withdrawn: Double?

        func error(_ reason: BackoffError.Reason) -> BackoffError {
            BackoffError(reason, history: state.history, lastResponse: lastResponse)
        }
    }

    /// Makes one attempt and sleeps as it demands; nil if another one must follow.
    private func attempt<Payload>(
        _ call: inout Call, _ send: Send<Payload>
    ) async throws(BackoffError) -> Answered<Payload>? {
        let attempted = try await sendOnce(&call, send)
        let outcome = attempted.outcome
        let ended = time.now
        var decision = try decide(outcome, &call, ended: ended, received: MonotonicClock.wall)
        spend(&decision, for: outcome.isThrottled ? .throttled : .transient, &call)
        guard decision == .finish else {
            try await act(on: decision, of: call, from: ended)
            return nil
        }
        guard let payload = attempted.payload else { return nil }
        if outcome.isHealthy == true { shared.succeeded(lastRetry: call.withdrawn) }
        return Answered(payload: payload, history: call.state.history)
    }

    /// Waits for quota and permit, sends, and tells everybody who learns from it.
    private func sendOnce<Payload>(
        _ call: inout Call, _ send: Send<Payload>
    ) async throws(BackoffError) -> Attempted<Payload> {
        let ticket = try await passGate(call)
        guard let permit = await permits.acquire() else {
            if let ticket { call.gate?.cancelled(ticket) }
            throw call.error(.cancelled)
        }
        let (isProbe, allowance): (Bool, Allowance)
        do throws(BackoffError) {
            (isProbe, allowance) = try prepare(&call)
        } catch {
            if let ticket { call.gate?.cancelled(ticket) }
            throw error
        }
        let attempted = await send(allowance, permit)
        if let ticket { call.gate?.finished(ticket, attempted.outcome.quotaOutcome(received: MonotonicClock.wall)) }
        shared.report(attempted.outcome.isHealthy, probe: isProbe, of: call.origin)
        return attempted
    }

    /// Takes a retry from the budget, or turns it down, and tells of the attempt.
    private func spend(_ decision: inout RetryDecision, for cause: RetryBudget.Cause, _ call: inout Call) {
        if case .wait = decision {
            call.withdrawn = shared.withdraw(for: cause)
            if call.withdrawn == nil { decision = call.state.forgo(.budgetEmpty) }
        }
        if let attempt = call.state.history.last { tell(attempt, of: call.request) }
    }

    private func act(on decision: RetryDecision, of call: Call, from now: Instant) async throws(BackoffError) {
        switch decision {
        case .finish: return
        case .wait(let wait, _):
            guard await time.sleep(wait, from: now) else {
                throw call.error(Task.isCancelled || configuration.sleep != nil ? .cancelled : .shutDown)
            }
        case .giveUp(let reason): throw call.error(.gaveUp(reason))
        }
    }

    /// Waits for the quota, as long as the policy would wait for a server that asks for it.
    private func passGate(_ call: Call) async throws(BackoffError) -> PacingGate.Ticket? {
        guard let gate = call.gate else { return nil }
        let now = time.now
        let policy = call.state.policy
        var latest = call.state.deadline
        if case .honoured(let ceiling) = policy.retryAfter {
            latest = min(latest ?? .distantFuture, now + ceiling)
        }
        switch await gate.enter(latest: latest) {
        case .go(let ticket): return ticket
        case .tooLong(let wait):
            if let deadline = policy.deadline, let end = call.state.deadline, now + wait >= end {
                throw call.error(.gaveUp(.deadline(deadline)))
            }
            throw call.error(.gaveUp(.announcedAboveCeiling(wait)))
        case .crowded: throw call.error(.crowded)
        case .cancelled: throw call.error(Task.isCancelled ? .cancelled : .shutDown)
        }
    }

    /// The last questions before sending: is there time left, and is the server to be left alone?
    private func prepare(_ call: inout Call) throws(BackoffError) -> (isProbe: Bool, allowance: Allowance) {
        let now = time.now
        let remaining = call.state.deadline.map { $0 - now }
        if let remaining, remaining <= .zero, let deadline = call.state.policy.deadline {
            throw call.error(.gaveUp(.deadline(deadline)))
        }
        let admission = shared.admit(to: call.origin)
        if case .refused(let until) = admission { throw call.error(.gaveUp(.circuitOpen(until - now))) }
        call.state.begin(at: now)
        return (admission == .probe, Allowance(attempt: configuration.attemptTimeout, remaining: remaining))
    }

    private func decide(
        _ outcome: TransferOutcome, _ call: inout Call, ended: Instant, received: WallTime
    ) throws(BackoffError) -> RetryDecision {
        switch outcome {
        case .response(let status, let fields, let body):
            call.lastResponse = BackoffResponse(status: status, fields: fields, body: body)
            return randomness.withGenerator { generator in
                call.state.responded(
                    status: status, fields: fields, body: body, at: ended, received: received, using: &generator)
            }
        case .failure(let failure, let mayHaveArrived):
            return randomness.withGenerator { generator in
                call.state.failed(failure, mayHaveArrived: mayHaveArrived, at: ended, using: &generator)
            }
        case .cancelled: throw call.error(.cancelled)
        case .shutDown: throw call.error(.shutDown)
        }
    }

    private func tell(_ attempt: Attempt, of request: HTTPRequest) {
        counters.count(attempt)
        configuration.onAttempt?(attempt)
        guard configuration.logger.logLevel <= .debug else { return }
        configuration.logger.debug("attempt ended", metadata: attempt.metadata(of: request))
    }
}
