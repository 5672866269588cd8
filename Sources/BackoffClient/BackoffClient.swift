public import Backoff
public import HTTPTypes

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
    let loop: TransferLoop
    let engine: CallEngine

    /// - Throws: ``ConfigurationError`` if the policy cannot be used or the system has no thread or descriptor left.
    public init(_ configuration: Configuration = Configuration()) throws(ConfigurationError) {
        let problems = configuration.problems
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        guard let loop = TransferLoop(connections: configuration.concurrency) else {
            throw ConfigurationError(problems: ["no thread or file descriptor is left for the client"])
        }
        self.configuration = configuration
        self.loop = loop
        engine = CallEngine(
            configuration,
            time: TimeLine(clock: loop.clock, sleep: configuration.sleep) { [loop] in
                await loop.sleep(until: $0)
            })
    }

    // Whoever still waits for a quota's next window holds the loop, but not the client.
    deinit { loop.stop() }

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
        let request = engine.prepared(request)
        guard let transfer = TransferRequest(request, body: body, configuration) else {
            throw BackoffError(.gaveUp(.notRetryable(.unsendable)))
        }
        let answered = try await engine.perform(request, policy: policy) { [loop] allowance, _ in
            var transfer = transfer
            transfer.timeout = allowance.shortest
            let outcome = await loop.perform(transfer)
            return CallEngine.Attempted(outcome: outcome, payload: BackoffResponse(outcome))
        }
        var response = answered.payload
        response.history = answered.history
        return response
    }
}

extension HTTPField.Name {
    /// The key by which a server recognises a request it has seen (draft-ietf-httpapi-idempotency-key-header).
    public static var idempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key")! }
}
