import Backoff
import HTTPSemantics
import HTTPTypes
import Logging

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
    private let counters = AttemptCounters()
    private let shared: SharedKnowledge

    init(_ configuration: BackoffClient.Configuration, time: TimeLine) {
        self.configuration = configuration
        self.time = time
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

    /// - Parameters:
    ///   - request: what ``prepared(_:)`` made of it.
    ///   - send: makes an attempt that may take so long.
    func perform<Payload>(
        _ request: HTTPRequest, policy: BackoffPolicy,
        send: (_ timeout: Duration?) async -> Attempted<Payload>
    ) async throws(BackoffError) -> Answered<Payload> {
        let kind = RetryState.Request(
            method: request.method.rawValue, hasIdempotencyKey: request.headerFields[.idempotencyKey] != nil)
        var call = Call<Payload>(
            state: RetryState(policy: policy, request: kind, at: time.now), request: request,
            gate: configuration.quota.map { shared.gate(of: $0(request)) },
            origin: "\(request.scheme ?? "")://\(request.authority ?? "")")
        while true {
            if let answered = try await attempt(&call, send) { return answered }
        }
    }

    /// One logical request on its way.
    private struct Call<Payload: Sendable> {
        var state: RetryState
        var request: HTTPRequest
        var gate: Gate?
        var origin: String
        var lastResponse: BackoffResponse?
        var payload: Payload?
        /// What its last retry took from the budget.
        var withdrawn: Double?

        func error(_ reason: BackoffError.Reason) -> BackoffError {
            BackoffError(reason, history: state.history, lastResponse: lastResponse)
        }
    }

    /// Makes one attempt and sleeps as it demands; nil if another one must follow.
    private func attempt<Payload>(
        _ call: inout Call<Payload>, _ send: (_ timeout: Duration?) async -> Attempted<Payload>
    ) async throws(BackoffError) -> Answered<Payload>? {
        let ticket = try await passGate(call)
        guard await permits.acquire() else {
            if let ticket { call.gate?.cancelled(ticket) }
            throw call.error(.cancelled)
        }
        let (isProbe, timeout): (Bool, Duration?)
        do throws(BackoffError) {
            (isProbe, timeout) = try prepare(&call)
        } catch {
            permits.release()
            if let ticket { call.gate?.cancelled(ticket) }
            throw error
        }
        let attempted = await send(timeout)
        permits.release()
        let outcome = attempted.outcome
        let ended = time.now
        let received = MonotonicClock.wall
        if let ticket { call.gate?.finished(ticket, outcome.quotaOutcome(received: received)) }
        shared.report(outcome.isHealthy, probe: isProbe, of: call.origin)

        call.payload = attempted.payload
        var decision = try decide(outcome, &call, ended: ended, received: received)
        if case .wait = decision {
            call.withdrawn = shared.withdraw(for: outcome.isThrottled ? .throttled : .transient)
            if call.withdrawn == nil { decision = call.state.forgo(.budgetEmpty) }
        }
        if let attempt = call.state.history.last { tell(attempt, of: call.request) }
        switch decision {
        case .finish:
            guard let payload = call.payload else { return nil }
            if outcome.isHealthy == true { shared.succeeded(lastRetry: call.withdrawn) }
            return Answered(payload: payload, history: call.state.history)
        case .wait(let wait, _):
            guard await time.sleep(wait, from: ended) else {
                throw call.error(Task.isCancelled || configuration.sleep != nil ? .cancelled : .shutDown)
            }
            return nil
        case .giveUp(let reason): throw call.error(.gaveUp(reason))
        }
    }

    /// Waits for the quota, as long as the policy would wait for a server that asks for it.
    private func passGate<Payload>(_ call: Call<Payload>) async throws(BackoffError) -> PacingGate.Ticket? {
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
    private func prepare<Payload>(
        _ call: inout Call<Payload>
    ) throws(BackoffError) -> (isProbe: Bool, timeout: Duration?) {
        let now = time.now
        let remaining = call.state.deadline.map { $0 - now }
        if let remaining, remaining <= .zero, let deadline = call.state.policy.deadline {
            throw call.error(.gaveUp(.deadline(deadline)))
        }
        let admission = shared.admit(to: call.origin)
        if case .refused(let until) = admission { throw call.error(.gaveUp(.circuitOpen(until - now))) }
        call.state.begin(at: now)
        return (admission == .probe, [configuration.attemptTimeout, remaining].compactMap { $0 }.min())
    }

    private func decide<Payload>(
        _ outcome: TransferOutcome, _ call: inout Call<Payload>, ended: Instant, received: WallTime
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
