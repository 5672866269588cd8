import Backoff
import BackoffClient
import HTTPTypes
import Testing

/// Each way a connection or a response can break, and what the client makes of it.
@Suite(.timeLimit(.minutes(10))) struct BrokenServerTests {
    struct Break: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var failure: TransportFailure
        var steps: [ScriptedServer.Step]
        init(_ what: String, _ failure: TransportFailure, _ steps: ScriptedServer.Step...) {
            testDescription = what
            self.failure = failure
            self.steps = steps
        }
    }

    static let breaks = [
        Break("closed before a byte", .closed, .receive, .close),
        Break("reset before a byte", .reset, .receive, .reset),
        Break("half a head", .truncated, .receive, .send("HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nX-Half"), .close),
        Break("a head without its empty line", .truncated, .receive, .send("HTTP/1.1 200 OK\r\nX-A: b\r\n"), .close),
        Break("half a body", .truncated, .receive, .send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .close),
        Break("half a body, reset", .reset, .receive, .send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .reset),
        Break(
            "no last chunk", .truncated, .receive,
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), .close),
        Break(
            "a chunk size that is none", .malformed, .receive,
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"), .close),
        Break("no HTTP at all", .malformed, .receive, .send("SSH-2.0-OpenSSH_9.2\r\n"), .close),
        Break(
            "two lengths", .malformed, .receive,
            .send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 5\r\n\r\nabcde"), .close),
        Break("nothing for too long", .timeout, .receive, .stall),
        Break("a stalled body", .timeout, .receive, .send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .stall),
    ]

    @Test(arguments: breaks)
    func `a GET is tried again`(_ broken: Break) async throws {
        let server = ScriptedServer(broken.steps, [.receive, .ok])
        let client = try hastyClient { $0.attemptTimeout = .milliseconds(500) }
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server))
        }
        #expect(result.outcomes == [.failure(broken.failure), .response(status: 200)])
        #expect(server.requests.count == 2)
    }

    @Test(arguments: breaks)
    func `a POST without a key is not sent twice`(_ broken: Break) async throws {
        let server = ScriptedServer(broken.steps, [.receive, .ok])
        let client = try hastyClient { $0.attemptTimeout = .milliseconds(500) }
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(.post, to: server), body: Array("effect".utf8))
        }
        #expect(result.reason == .gaveUp(.mayHaveTakenEffect))
        #expect(result.outcomes == [.failure(broken.failure)])
        #expect(server.requests.count == 1)
    }

    @Test func `a POST with a key is sent again with the same bytes`() async throws {
        let server = ScriptedServer([.receive, .reset], [.receive, .close], [.receive, .ok])
        let client = try hastyClient()
        let body = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 % 128) }
        let response = try await client.perform(HTTPRequest(.post, to: server, key: "k-1"), body: body)
        #expect(response.history.map(\.number) == [1, 2, 3])
        #expect(server.requests.count == 3)
        #expect(Set(server.requests).count == 1)
        #expect(server.requests.first?.utf8.suffix(65_536).elementsEqual(body) == true)
        #expect(server.requests.first?.contains("Idempotency-Key: k-1\r\n") == true)
    }

    @Test(arguments: [ScriptedServer.Step.close, .reset])
    func `a request on a connection that died is not silently sent twice`(end: ScriptedServer.Step) async throws {
        for (method, expected) in [(HTTPRequest.Method.get, 200), (.post, nil)] {
            let server = ScriptedServer([.receive, .ok, .receive, end], [.receive, .ok])
            let client = try hastyClient()
            _ = try await client.perform(HTTPRequest(to: server, path: "/first"))
            let result = await outcome { () async throws(BackoffError) in
                try await client.perform(HTTPRequest(method, to: server, path: "/second"))
            }
            #expect(result.outcomes.first == .failure(.staleConnection))
            #expect(result.status == expected)
            // What the server saw is what the history tells: one request per attempt.
            #expect(server.requests.filter { $0.contains(" /second ") }.count == result.history.count)
            if method == .post { #expect(result.reason == .gaveUp(.mayHaveTakenEffect)) }
        }
    }

    @Test func `a request that nobody received is sent again, a POST too`() async throws {
        let client = try hastyClient { $0.policy.attempts = 3 }
        let request = HTTPRequest(
            method: .post, scheme: "http", authority: "127.0.0.1:\(ScriptedServer.closedPort())", path: "/")
        let result = await outcome { () async throws(BackoffError) in try await client.perform(request) }
        #expect(result.reason == .gaveUp(.attemptsExhausted(3)))
        #expect(result.outcomes == [Attempt.Outcome](repeating: .failure(.cannotConnect), count: 3))
    }

    @Test func `a body above the limit is refused`() async throws {
        let server = ScriptedServer([.receive, .send("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world")])
        let client = try hastyClient { $0.bodyLimit = 10 }
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server))
        }
        #expect(result.reason == .gaveUp(.notRetryable(.tooLarge)))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["ftp", "gopher", "file"])
    func `schemes other than HTTP's are not sent`(scheme: String) async throws {
        let client = try hastyClient()
        let request = HTTPRequest(method: .get, scheme: scheme, authority: "127.0.0.1:1", path: "/")
        let result = await outcome { () async throws(BackoffError) in try await client.perform(request) }
        #expect(result.reason == .gaveUp(.notRetryable(.unsendable)))
    }
}
