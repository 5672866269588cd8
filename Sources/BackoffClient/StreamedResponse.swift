public import Backoff
public import HTTPTypes

/// A response whose body comes piece by piece.
public struct StreamedResponse: Sendable {
    /// Status and fields. Fields whose name or value HTTP does not allow are left out.
    public var response: HTTPResponse
    public var body: ResponseBody
}

/// The body of a response as it comes.
///
/// Whoever reads slowly slows the server down: no more than 256 KiB and what the system keeps wait here. Dropping the
/// body, or cancelling the task that reads it, closes the connection.
///
/// **What breaks off goes on where it was**, as the policy allows, if that is safe: the method is GET, the response has
/// a strong ETag, and the server answers the question for the rest (`Range`, with `If-Range`) with 206, the same ETag
/// and the right place. In every other case the sequence throws
/// `RetryDecision.GiveUpReason.notResumable(_:)`; two halves that might not fit are never put together.
///
/// It can be read once, by one task at a time.
public struct ResponseBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = BackoffError

    let source: BodySource

    /// All attempts so far, those for the rest of a body that broke off among them.
    public var history: [Attempt] { source.history }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let source: BodySource

        /// The next piece, of one byte at least; nil after the last.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(BackoffError) -> [UInt8]? {
            try await source.next()
        }

        /// The next piece, of one byte at least; nil after the last.
        public mutating func next() async throws(BackoffError) -> [UInt8]? { try await source.next() }
    }
}

extension BackoffClient {
    /// Sends a request until it is answered or the policy gives up, and gives its body as it comes.
    ///
    /// As ``perform(_:body:policy:)``, but that the body of an answer below 400 is neither gathered nor limited. It
    /// has a connection of its own, with HTTP/1.1, and counts as on the wire until its end.
    ///
    /// ```swift
    /// let response = try await client.stream(request)
    /// for try await piece in response.body { try file.write(piece) }
    /// ```
    ///
    /// - Throws: ``BackoffError``, with the attempts made and the last response if there was one.
    public func stream(
        _ request: HTTPRequest, body: [UInt8]? = nil, policy: BackoffPolicy? = nil
    ) async throws(BackoffError) -> StreamedResponse {
        let policy = policy ?? configuration.policy
        guard policy.problems.isEmpty else { throw BackoffError(.unusablePolicy(policy.problems)) }
        let request = engine.prepared(request)
        var call = engine.begin(request, policy: policy)
        let answer = try await open(request, body: body, &call)
        let source = BodySource(answer, call: call, client: self)
        return StreamedResponse(response: answer.head.response, body: ResponseBody(source: source))
    }

    /// Asks until there is an answer whose body can be read.
    func open(
        _ request: HTTPRequest, body: [UInt8]?, _ call: inout CallEngine.Call
    ) async throws(BackoffError) -> StreamedAnswer {
        guard var transfer = TransferRequest(request, body: body, configuration) else {
            throw BackoffError(.gaveUp(.notRetryable(.unsendable)))
        }
        transfer.unfoldsBody = false
        return try await engine.answer(&call) { [loop, transfer] allowance, permit in
            var transfer = transfer
            transfer.timeout = allowance.attempt
            transfer.remaining = allowance.remaining
            let (outcome, body) = await loop.open(transfer)
            let answer = BackoffResponse(outcome).map { head in
                StreamedAnswer(head: head, body: head.response.status.code < 400 ? body : nil, permit: permit)
            }
            return CallEngine.Attempted(outcome: outcome, payload: answer)
        }.payload
    }
}

/// A head, and the body that follows it.
struct StreamedAnswer: Sendable {
    /// With the body where the status is an error.
    var head: BackoffResponse
    /// nil where the head has the body.
    var body: OpenBody?
    /// Held until the body has ended or broken off.
    var permit: Permits.Permit?
}
