import Backoff
import BackoffClient
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10))) struct BackoffClientTests {
    @Test func `an answer comes with status, fields, body and history`() async throws {
        let server = ScriptedServer([
            .receive,
            .send("HTTP/1.1 201 Created\r\nX-One: 1\r\nx-two:  2 \r\nX-Empty:\r\nContent-Length: 5\r\n\r\nhello"),
        ])
        let response = try await hastyClient().perform(HTTPRequest(to: server, path: "/a?b=c"))
        #expect(response.response.status.code == 201)
        #expect(response.response.headerFields[HTTPField.Name("X-One")!] == "1")
        #expect(response.response.headerFields[HTTPField.Name("X-Two")!] == "2")
        #expect(response.response.headerFields[HTTPField.Name("X-Empty")!] == "")
        #expect(response.body == Array("hello".utf8))
        #expect(response.history.map(\.decision) == [.finish])
        #expect(server.requests.first?.hasPrefix("GET /a?b=c HTTP/1.1\r\n") == true)
    }

    @Test func `the length that is sent is that of the body, whatever the caller says`() async throws {
        let server = ScriptedServer([.receive, .ok])
        var request = HTTPRequest(to: server)
        request.method = .post
        request.headerFields[.contentLength] = "2"
        _ = try await hastyClient().perform(request, body: Array("hello".utf8))
        let head = try #require(server.requests.first)
        #expect(head.contains("\r\nContent-Length: 5\r\n") && !head.contains("Content-Length: 2"), "\(head)")
    }

    @Test func `tries again until it is answered, and tells why each call was made`() async throws {
        let server = ScriptedServer([
            .receive, .status(429, "Retry-After: 2\r\n"), .receive, .status(503), .receive,
            .status(503, "Retry-After: soon\r\n"), .receive, .ok,
        ])
        let sleeps = RecordedSleeps()
        let response = try await hastyClient(sleeps).perform(HTTPRequest(to: server))
        let waits: [Duration] = response.history.compactMap { attempt in
            if case .wait(let wait, _) = attempt.decision { wait } else { nil }
        }
        #expect(waits == sleeps.all)
        let reasons: [RetryDecision.WaitReason] = response.history.compactMap { attempt in
            if case .wait(_, let reason) = attempt.decision { reason } else { nil }
        }
        #expect(reasons == [.announced(.seconds(2)), .backoff, .announcementUnusable])
        #expect(waits[0] >= .seconds(2))
    }

    @Test func `an error that another attempt would not change is a response`() async throws {
        let server = ScriptedServer([.receive, .status(404)])
        let response = try await hastyClient().perform(HTTPRequest(to: server))
        #expect(response.response.status.code == 404)
        #expect(server.requests.count == 1)
    }

    @Test func `giving up keeps the last response, to fall back to`() async throws {
        let server = ScriptedServer([
            .receive, .send("HTTP/1.1 503 Busy\r\nX-Cache: stale\r\nContent-Length: 3\r\n\r\nold"), .again,
        ])
        let client = try hastyClient { $0.policy.attempts = 2 }
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server))
        }
        guard case .failure(let error) = result else {
            Issue.record("answered")
            return
        }
        #expect(error.reason == .gaveUp(.attemptsExhausted(2)))
        #expect(error.lastResponse?.body == Array("old".utf8))
        #expect(error.lastResponse?.response.headerFields[HTTPField.Name("X-Cache")!] == "stale")
        #expect(error.lastResponse?.history == error.history)
        #expect(error.description == "gave up: all 2 attempts failed; the last response was 503 Service Unavailable")
    }

    @Test func `interim responses are not the answer`() async throws {
        let server = ScriptedServer([
            .receive, .send("HTTP/1.1 103 Early Hints\r\nX-Interim: 1\r\n\r\n"),
            .send("HTTP/1.1 200 OK\r\nX-Final: 1\r\nContent-Length: 0\r\n\r\n"),
        ])
        let response = try await hastyClient().perform(HTTPRequest(to: server))
        #expect(response.response.status.code == 200)
        #expect(response.response.headerFields[HTTPField.Name("X-Interim")!] == nil)
        #expect(response.response.headerFields[HTTPField.Name("X-Final")!] == "1")
    }

    @Test func `trailers and folded lines do not disturb the fields`() async throws {
        let server = ScriptedServer([
            .receive,
            .send(
                "HTTP/1.1 200 OK\r\nX-Folded: one\r\n  two\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\nok\r\n0\r\nX-Trailer: t\r\n\r\n"),
        ])
        let response = try await hastyClient().perform(HTTPRequest(to: server))
        #expect(response.body == Array("ok".utf8))
        #expect(response.response.headerFields[HTTPField.Name("X-Folded")!] == "one two")
        #expect(response.response.headerFields[HTTPField.Name("X-Trailer")!] == nil)
    }

    @Test func `a HEAD has no body to wait for`() async throws {
        let server = ScriptedServer([.receive, .send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"), .again])
        let response = try await hastyClient().perform(HTTPRequest(.head, to: server))
        #expect(response.response.headerFields[.contentLength] == "5000")
        #expect(response.body.isEmpty)
    }

    @Test func `methods, fields and bodies go out as given`() async throws {
        let server = ScriptedServer([.receive, .ok, .again])
        let client = try hastyClient()
        var request = HTTPRequest(.patch, to: server)
        request.headerFields[HTTPField.Name("X-Empty")!] = ""
        request.headerFields[.contentType] = "application/json"
        _ = try await client.perform(request, body: [0x7B, 0x00, 0x7D])
        _ = try await client.perform(HTTPRequest(.post, to: server))
        _ = try await client.perform(HTTPRequest(.delete, to: server))
        let requests = server.requests
        #expect(requests[0].hasPrefix("PATCH / HTTP/1.1\r\n"))
        #expect(requests[0].contains("\r\nX-Empty:\r\n"))
        #expect(requests[0].contains("\r\nContent-Type: application/json\r\n"))
        #expect(requests[0].hasSuffix("\r\n\r\n{\u{0}}"))
        #expect(requests[1].contains("\r\nContent-Length: 0\r\n"))
        #expect(!requests[1].contains("Content-Type"))
        #expect(requests[2].hasPrefix("DELETE / HTTP/1.1\r\n"))
        #expect(!requests[2].contains("Content-Length"))
    }

    @Test func `two hundred requests in parallel are all answered on few connections`() async throws {
        let server = ScriptedServer([.receive, .ok, .again])
        let client = try hastyClient { $0.concurrency = 16 }
        let answered = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await client.perform(HTTPRequest(to: server, path: "/\(number)")).response.status.code
                }
            }
            return try await group.reduce(into: 0) { count, status in count += status == 200 ? 1 : 0 }
        }
        #expect(answered == 200)
        #expect(Set(server.requests.map { $0.prefix { $0 != "\r" } }).count == 200)
        var connections: Set<Int> = []
        var left = 200
        for await event in server.events {
            if case .request(_, let connection) = event {
                connections.insert(connection)
                left -= 1
                if left == 0 { break }
            }
        }
        #expect(connections.count <= 16)
    }

    @Test func `each attempt is told as it ends`() async throws {
        let server = ScriptedServer([.receive, .status(503), .receive, .ok])
        let told = AsyncStream<Attempt>.makeStream()
        let response = try await hastyClient { $0.onAttempt = { told.continuation.yield($0) } }
            .perform(HTTPRequest(to: server))
        told.continuation.finish()
        var attempts: [Attempt] = []
        for await attempt in told.stream { attempts.append(attempt) }
        #expect(attempts == response.history)
    }

    @Test func `a configuration that cannot work tells everything at once`() throws {
        var configuration = BackoffClient.Configuration()
        configuration.policy.attempts = 0
        configuration.concurrency = 0
        configuration.attemptTimeout = .zero
        let error = #expect(throws: BackoffClient.ConfigurationError.self) { try BackoffClient(configuration) }
        #expect(error?.problems.count == 3)
    }

    @Test func `a policy of one call's own is used, and checked`() async throws {
        let server = ScriptedServer([.receive, .status(503), .again])
        let client = try hastyClient()
        var policy = BackoffPolicy()
        policy.attempts = 1
        let once = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server), policy: policy)
        }
        #expect(once.reason == .gaveUp(.attemptsExhausted(1)))
        policy.attempts = 0
        let never = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server), policy: policy)
        }
        #expect(never.reason == .unusablePolicy(["attempts must be at least 1"]))
    }
}
