import Backoff
import BackoffClient
import HTTPTypes
import Synchronization
import Testing

/// Another client's errors.
private enum Broken: Error { case wire, name }

/// A transport that answers from a list and remembers what it was sent.
private final class FakeTransport: Sendable {
    enum Answer: Sendable {
        case status(Int, [String: String] = [:])
        case error(Broken)
        case never
    }

    private struct State {
        var answers: ArraySlice<Answer>
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: Answer...) { state = Mutex(State(answers: answers[...])) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws -> (HTTPResponse, String) {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.popFirst()
        }
        switch answer {
        case .status(let status, let fields)?:
            var response = HTTPResponse(status: .init(code: status))
            for (name, value) in fields { response.headerFields[HTTPField.Name(name)!] = value }
            return (response, "body of \(status)")
        case .error(let error)?: throw error
        case .never?:
            // Ends when the task is cancelled, and not before.
            let (stream, continuation) = AsyncStream<Void>.makeStream()
            for await _ in stream {}
            withExtendedLifetime(continuation) {}
            throw CancellationError()
        case nil: throw Broken.wire
        }
    }
}

@Suite(.timeLimit(.minutes(10))) struct BackoffMiddlewareTests {
    private func middleware(
        _ change: (inout BackoffClient.Configuration) -> Void = { _ in }
    ) throws -> (BackoffMiddleware, RecordedSleeps) {
        let sleeps = RecordedSleeps()
        var configuration = BackoffClient.Configuration()
        configuration.sleep = { sleeps.sleep($0) }
        change(&configuration)
        let middleware = try BackoffMiddleware(configuration) { error in
            error as? Broken == .name ? .init(.nameNotResolved, mayHaveArrived: false) : .init(.reset)
        }
        return (middleware, sleeps)
    }

    private func request(_ method: HTTPRequest.Method = .get) -> HTTPRequest {
        HTTPRequest(method: method, scheme: "https", authority: "api.example.com", path: "/")
    }

    @Test func `another client is sent through until it is answered`() async throws {
        let transport = FakeTransport(.status(429, ["Retry-After": "3"]), .error(.wire), .status(200))
        let (middleware, sleeps) = try middleware()
        let (response, body) = try await middleware.send(request()) { try await transport.send($0) }
        #expect(response.status == .ok)
        #expect(body == "body of 200")
        #expect(transport.requests.count == 3)
        #expect(try #require(sleeps.all.first) >= .seconds(3))
    }

    @Test func `a POST that may have arrived is not sent again, one that cannot have is`() async throws {
        let lost = FakeTransport(.error(.wire), .status(200))
        let (middleware, _) = try middleware()
        await #expect {
            try await middleware.send(request(.post)) { try await lost.send($0) }
        } throws: { error in
            (error as? BackoffMiddleware.TransportError)?.underlying as? Broken == .wire
        }
        #expect(lost.requests.count == 1)

        let unsent = FakeTransport(.error(.name), .status(201))
        let (response, _) = try await middleware.send(request(.post)) { try await unsent.send($0) }
        #expect(response.status.code == 201)
    }

    @Test func `a key that was added stays the same`() async throws {
        let transport = FakeTransport(.error(.wire), .status(503), .status(201))
        let (middleware, _) = try middleware { $0.addsIdempotencyKeys = true }
        _ = try await middleware.send(request(.post)) { try await transport.send($0) }
        let keys = Set(transport.requests.map { $0.headerFields[.idempotencyKey] })
        #expect(transport.requests.count == 3)
        #expect(keys.count == 1 && !keys.contains(nil))
    }

    @Test func `giving up tells the last response`() async throws {
        let transport = FakeTransport(.status(503), .status(503))
        let (middleware, _) = try middleware { $0.policy.attempts = 2 }
        await #expect {
            try await middleware.send(request()) { try await transport.send($0) }
        } throws: { error in
            let error = error as? BackoffError
            return error?.reason == .gaveUp(.attemptsExhausted(2)) && error?.lastResponse?.response.status.code == 503
        }
    }

    @Test func `an attempt that takes too long is cancelled and counts as timed out`() async throws {
        let transport = FakeTransport(.never, .status(200))
        let (middleware, _) = try middleware { $0.attemptTimeout = .milliseconds(20) }
        let (response, _) = try await middleware.send(request()) { try await transport.send($0) }
        #expect(response.status == .ok)
        #expect(transport.requests.count == 2)
    }

    @Test func `a cancelled task ends`() async throws {
        let transport = FakeTransport(.never)
        let (middleware, _) = try middleware()
        let task = Task { try await middleware.send(request()) { try await transport.send($0) } }
        while transport.requests.isEmpty { await Task.yield() }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? BackoffError)?.reason == .cancelled }
    }
}
