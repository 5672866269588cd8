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
        guard var transfer = TransferRequest(request, body: body, bodyLimit: configuration.bodyLimit) else {
            throw BackoffError(.gaveUp(.notRetryable(.unsendable)))
        }
        transfer.caFile = configuration.caFile
        transfer.verifiesCertificates = configuration.verifiesCertificates
        let kind = RetryState.Request(
            method: request.method.rawValue, hasIdempotencyKey: request.headerFields[.idempotencyKey] != nil)
        var call = Call(
            state: RetryState(policy: policy, request: kind, at: loop.clock.now), transfer: transfer)
        while true {
            if let finished = try await attempt(&call) { return finished }
        }
    }

    /// One logical request on its way.
    private struct Call {
        var state: RetryState
        var transfer: TransferRequest
        var lastResponse: BackoffResponse?

        func error(_ reason: BackoffError.Reason) -> BackoffError {
            BackoffError(reason, history: state.history, lastResponse: lastResponse)
        }
    }

    /// Makes one attempt and sleeps as it demands; nil if another one must follow.
    private func attempt(_ call: inout Call) async throws(BackoffError) -> BackoffResponse? {
        guard await permits.acquire() else { throw call.error(.cancelled) }
        let now = loop.clock.now
        let remaining = call.state.deadline.map { $0 - now }
        if let remaining, remaining <= .zero, let deadline = call.state.policy.deadline {
            permits.release()
            throw call.error(.gaveUp(.deadline(deadline)))
        }
        call.transfer.timeout = [configuration.attemptTimeout, remaining].compactMap { $0 }.min()
        call.state.begin(at: now)
        let outcome = await loop.perform(call.transfer)
        permits.release()
        let ended = loop.clock.now
        let decision: RetryDecision
        switch outcome {
        case .response(let status, let fields, let body):
            decision = randomness.withGenerator { generator in
                call.state.responded(
                    status: status, fields: fields, at: ended, received: MonotonicClock.wall, using: &generator)
            }
            call.lastResponse = BackoffResponse(status: status, fields: fields, body: body)
        case .failure(let failure, let mayHaveArrived):
            decision = randomness.withGenerator { generator in
                call.state.failed(failure, mayHaveArrived: mayHaveArrived, at: ended, using: &generator)
            }
        case .cancelled: throw call.error(.cancelled)
        case .shutDown: throw call.error(.shutDown)
        }
        if let attempt = call.state.history.last { tell(attempt, of: call) }
        switch decision {
        case .finish:
            guard var response = call.lastResponse else { return nil }
            response.history = call.state.history
            return response
        case .wait(let wait, _):
            try await sleep(wait, from: ended, in: call)
            return nil
        case .giveUp(let reason): throw call.error(.gaveUp(reason))
        }
    }

    private func sleep(_ wait: Duration, from start: Instant, in call: Call) async throws(BackoffError) {
        if let sleep = configuration.sleep {
            do { try await sleep(wait) } catch { throw call.error(.cancelled) }
        } else if !(await loop.sleep(until: start + wait)) {
            throw call.error(Task.isCancelled ? .cancelled : .shutDown)
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
