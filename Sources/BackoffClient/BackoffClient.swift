public import Backoff
import HTTPSemantics
public import HTTPTypes
import Logging

/// An HTTP client that tries again as `BackoffPolicy` decides.
///
/// ```swift
/// let client = try BackoffClient()
/// let request = HTTPRequest(method: .get, scheme: "https", authority: "api.example.com", path: "/v1/items")
/// let response = try await client.perform(request)
/// ```
///
/// Any number of calls may be in flight from any tasks: libcurl runs on one thread of the client's own. Cancelling
/// a task closes its connection. The client ends with its last reference.
public final class BackoffClient: Sendable {
    public let configuration: Configuration
    private let loop: TransferLoop
    private let permits: Permits
    private let randomness: Randomness
    private let counters: AttemptCounters
    private let time: TimeLine
    private let shared: SharedKnowledge

    /// - Throws: ``ConfigurationError`` if the policy cannot be used or the system has no thread or descriptor left.
    public init(_ configuration: Configuration = Configuration()) throws(ConfigurationError) {
        let problems = configuration.problems
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        guard let loop = TransferLoop(connections: configuration.concurrency) else {
            throw ConfigurationError(problems: ["no thread or file descriptor is left for the client"])
        }
        self.configuration = configuration
        self.loop = loop
        permits = Permits(count: configuration.concurrency)
        randomness = Randomness(seed: configuration.seed)
        counters = AttemptCounters()
        time = TimeLine(loop: loop, sleep: configuration.sleep)
        shared = SharedKnowledge(configuration, time: time)
    }

    /// Ends what is under way with ``BackoffError/Reason/shutDown``, and every later call too.
    public func shutdown() { loop.stop() }

    /// Sends a request until it is answered or the policy gives up.
    ///
    /// A response with an error status that another attempt would not change, such as 404, is a normal result; look
    /// at its status.
    ///
    /// - Parameters:
    ///   - request: with its scheme and authority.
    ///   - body: sent again as it is with every attempt; nil for none.
    ///   - policy: for this call alone; nil for the client's.
    /// - Throws: ``BackoffError``, with the attempts made and the last response if there was one.
    public func perform(
        _ request: HTTPRequest, body: [UInt8]? = nil, policy: BackoffPolicy? = nil
    ) async throws(BackoffError) -> BackoffResponse {
        let policy = policy ?? configuration.policy
        guard policy.problems.isEmpty else { throw BackoffError(.unusablePolicy(policy.problems)) }
        var request = request
        if configuration.addsIdempotencyKeys, request.headerFields[.idempotencyKey] == nil,
            !HTTPMethod.isIdempotent(request.method.rawValue)
        {
            request.headerFields[.idempotencyKey] = randomness.withGenerator { IdempotencyKey.random(using: &$0) }
        }
        guard var transfer = TransferRequest(request, body: body, bodyLimit: configuration.bodyLimit) else {
            throw BackoffError(.gaveUp(.notRetryable(.unsendable)))
        }
        transfer.caFile = configuration.caFile
        transfer.verifiesCertificates = configuration.verifiesCertificates
        let kind = RetryState.Request(
            method: request.method.rawValue, hasIdempotencyKey: request.headerFields[.idempotencyKey] != nil)
        var call = Call(
            state: RetryState(policy: policy, request: kind, at: time.now), transfer: transfer,
            gate: configuration.quota.map { shared.gate(of: $0(request)) },
            origin: "\(request.scheme ?? "")://\(request.authority ?? "")")
        while true {
            if let finished = try await attempt(&call) { return finished }
        }
    }

    /// One logical request on its way.
    private struct Call {
        var state: RetryState
        var transfer: TransferRequest
        var gate: Gate?
        var origin: String
        var lastResponse: BackoffResponse?
        /// What its last retry took from the budget.
        var withdrawn: Double?

        func error(_ reason: BackoffError.Reason) -> BackoffError {
            BackoffError(reason, history: state.history, lastResponse: lastResponse)
        }
    }

    /// Makes one attempt and sleeps as it demands; nil if another one must follow.
    private func attempt(_ call: inout Call) async throws(BackoffError) -> BackoffResponse? {
        let ticket = try await passGate(call)
        guard await permits.acquire() else {
            if let ticket { call.gate?.cancelled(ticket) }
            throw call.error(.cancelled)
        }
        let isProbe: Bool
        do throws(BackoffError) {
            isProbe = try prepare(&call)
        } catch {
            permits.release()
            if let ticket { call.gate?.cancelled(ticket) }
            throw error
        }
        let outcome = await loop.perform(call.transfer)
        permits.release()
        let ended = time.now
        let received = MonotonicClock.wall
        if let ticket { call.gate?.finished(ticket, outcome.quotaOutcome(received: received)) }
        shared.report(outcome.isHealthy, probe: isProbe, of: call.origin)

        var decision = try decide(outcome, &call, ended: ended, received: received)
        if case .wait = decision {
            call.withdrawn = shared.withdraw(for: outcome.isThrottled ? .throttled : .transient)
            if call.withdrawn == nil { decision = call.state.forgo(.budgetEmpty) }
        }
        if let attempt = call.state.history.last { tell(attempt, of: call) }
        switch decision {
        case .finish:
            guard var response = call.lastResponse else { return nil }
            if outcome.isHealthy == true { shared.succeeded(lastRetry: call.withdrawn) }
            response.history = call.state.history
            return response
        case .wait(let wait, _):
            guard await time.sleep(wait, from: ended) else {
                throw call.error(Task.isCancelled || configuration.sleep != nil ? .cancelled : .shutDown)
            }
            return nil
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
    ///
    /// - Returns: whether the attempt is a probe of the breaker.
    private func prepare(_ call: inout Call) throws(BackoffError) -> Bool {
        let now = time.now
        let remaining = call.state.deadline.map { $0 - now }
        if let remaining, remaining <= .zero, let deadline = call.state.policy.deadline {
            throw call.error(.gaveUp(.deadline(deadline)))
        }
        let admission = shared.admit(to: call.origin)
        if case .refused(let until) = admission { throw call.error(.gaveUp(.circuitOpen(until - now))) }
        call.transfer.timeout = [configuration.attemptTimeout, remaining].compactMap { $0 }.min()
        call.state.begin(at: now)
        return admission == .probe
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

    private func tell(_ attempt: Attempt, of call: Call) {
        counters.count(attempt)
        configuration.onAttempt?(attempt)
        guard configuration.logger.logLevel <= .debug else { return }
        configuration.logger.debug("attempt ended", metadata: attempt.metadata(of: call.transfer))
    }
}

extension HTTPField.Name {
    /// The key by which a server recognises a request it has seen (draft-ietf-httpapi-idempotency-key-header).
    public static var idempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key")! }
}
