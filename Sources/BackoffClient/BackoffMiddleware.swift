public import Backoff
import HTTPSemantics
public import HTTPTypes

/// Policy, gate, budget and breaker around any other HTTP client, for programs that have one already.
///
/// ```swift
/// let middleware = try BackoffMiddleware()
/// let (response, body) = try await middleware.send(request) { request in
///     try await myClient.send(request)   // (HTTPResponse, Body)
/// }
/// ```
///
/// The other client must not try again by itself: two loops multiply. The body is the closure's own affair; it is
/// called once for each attempt and must bring the body again each time.
public struct BackoffMiddleware: Sendable {
    public let configuration: BackoffClient.Configuration
    /// What an error of the other client means.
    private let meaning: @Sendable (any Error) -> Meaning
    private let engine: CallEngine

    /// What an error of the other client means for another attempt.
    public struct Meaning: Hashable, Sendable {
        public var failure: TransportFailure
        /// Whether any byte of the request may have left.
        public var mayHaveArrived: Bool

        public init(_ failure: TransportFailure, mayHaveArrived: Bool = true) {
            self.failure = failure
            self.mayHaveArrived = mayHaveArrived
        }
    }

    /// A call that was not answered, for an error of the other client.
    public struct TransportError: Error {
        public var underlying: any Error
        /// All attempts that ended, oldest first.
        public var history: [Attempt]
    }

    /// - Parameters:
    ///   - configuration: what libcurl needs (certificates, body limit) is not looked at.
    ///   - meaning: what the other client's errors mean; unless given, every error is a lost connection on which the
    ///     request may have arrived, so that only idempotent calls are sent again.
    public init(
        _ configuration: BackoffClient.Configuration = BackoffClient.Configuration(),
        meaning: @escaping @Sendable (any Error) -> Meaning = { _ in Meaning(.reset) }
    ) throws(BackoffClient.ConfigurationError) {
        let problems = configuration.problems
        guard problems.isEmpty else { throw BackoffClient.ConfigurationError(problems: problems) }
        self.configuration = configuration
        self.meaning = meaning
        let clock = MonotonicClock()
        engine = CallEngine(
            configuration,
            time: TimeLine(clock: clock, sleep: configuration.sleep) { due in
                let wait = due - clock.now
                if wait > .zero { try? await Task.sleep(for: wait, tolerance: .zero) }
                return !Task.isCancelled
            })
    }

    /// Sends through another client until it is answered or the policy gives up.
    ///
    /// ``BackoffClient/Configuration/attemptTimeout`` and the deadline end an attempt by cancelling its task.
    ///
    /// - Parameters:
    ///   - request: with its scheme and authority, which name the quota.
    ///   - policy: for this call alone; nil for the configuration's.
    ///   - transport: makes one attempt with this request, which carries an Idempotency-Key where one was added.
    /// - Throws: ``BackoffError``; ``TransportError`` if the last attempt ended with an error of the other client.
    public func send<Body: Sendable>(
        _ request: HTTPRequest, policy: BackoffPolicy? = nil,
        through transport: @escaping @Sendable (HTTPRequest) async throws -> (HTTPResponse, Body)
    ) async throws -> (HTTPResponse, Body) {
        let policy = policy ?? configuration.policy
        guard policy.problems.isEmpty else { throw BackoffError(.unusablePolicy(policy.problems)) }
        let request = engine.prepared(request)
        var last: (any Error)?
        do {
            let answered = try await engine.perform(request, policy: policy) { allowance, _ in
                let result = await Self.attempt(request, allowance.shortest, transport)
                switch result {
                case .success(let (response, body)):
                    last = nil
                    let fields = FieldBlock(response.headerFields.map { ($0.name.rawName, $0.value) })
                    return CallEngine.Attempted(
                        outcome: .response(status: response.status.code, fields: fields, body: []),
                        payload: (response, body))
                case .failure(let error):
                    last = error
                    if error is TimedOut {
                        return CallEngine.Attempted(outcome: .failure(.timeout, mayHaveArrived: true))
                    }
                    if Task.isCancelled { return CallEngine.Attempted(outcome: .cancelled) }
                    let meaning = meaning(error)
                    return CallEngine.Attempted(
                        outcome: .failure(meaning.failure, mayHaveArrived: meaning.mayHaveArrived))
                }
            }
            return answered.payload
        } catch {
            guard let last, !(last is TimedOut), case .gaveUp = error.reason else { throw error }
            throw TransportError(underlying: last, history: error.history)
        }
    }

    private struct TimedOut: Error {}

    private static func attempt<Body: Sendable>(
        _ request: HTTPRequest, _ timeout: Duration?,
        _ transport: @escaping @Sendable (HTTPRequest) async throws -> (HTTPResponse, Body)
    ) async -> Result<(HTTPResponse, Body), any Error> {
        do {
            guard let timeout else { return .success(try await transport(request)) }
            return .success(
                try await withThrowingTaskGroup(of: (HTTPResponse, Body).self) { group in
                    defer { group.cancelAll() }
                    group.addTask { try await transport(request) }
                    group.addTask {
                        try await Task.sleep(for: timeout)
                        throw TimedOut()
                    }
                    guard let first = try await group.next() else { throw CancellationError() }
                    return first
                })
        } catch { return .failure(error) }
    }
}
