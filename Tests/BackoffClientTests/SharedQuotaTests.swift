import Backoff
import BackoffClient
import Fixtures
import HTTPSemantics
import HTTPTypes
import Journal
import MockServer
import TestSupport
import Testing

/// What the calls of one client learn from each other.
@Suite(.timeLimit(.minutes(10))) struct SharedQuotaTests {
    static func request(_ lane: Lane, _ number: Int) -> HTTPRequest {
        HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1:\(lane.port)", path: "/\(number)")
    }

    /// Makes calls, so many at a time, and says how often each status came.
    static func calls(
        _ count: Int, _ concurrency: Int, with client: BackoffClient, to lane: Lane
    ) async throws -> [Int: Int] {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= concurrency { try await group.next() }
                group.addTask { _ = try await client.perform(request(lane, number)) }
            }
            try await group.waitForAll()
        }
        let (exchanges, _) = Exchange.gather(await lane.journal().entries)
        return exchanges.reduce(into: [:]) { $0[$1.reply?.status ?? 0, default: 0] += 1 }
    }

    /// A client, and the attempts that it has told of.
    static func observedClient() throws -> (BackoffClient, AsyncStream<Attempt>.AsyncIterator) {
        let attempts = AsyncStream<Attempt>.makeStream()
        var configuration = BackoffClient.Configuration()
        configuration.onAttempt = { attempts.continuation.yield($0) }
        return (try BackoffClient(configuration), attempts.stream.makeAsyncIterator())
    }

    @Test(arguments: ["slack", "ietf-10"])
    func `forty calls on a quota of ten a second waste hardly one`(dialect: String) async throws {
        let fixture = try Fixture.parsed(
            """
            dialect: \(dialect)
            limits: { q: { quota: 10/1s, algorithm: fixed-window, window: first-request } }
            routes: [ { match: "* /*", limits: [q], reply: { success: {} } } ]
            """)
        try await withMockUpstream(fixture) { lane in
            let statuses = try await Self.calls(40, 8, with: try BackoffClient(), to: lane)
            #expect(statuses[200] == 40)
            // Slack sends no RateLimit fields: the first burst, then one for each window. With fields: a window seen from within may
            // end a moment earlier at the server than its whole seconds say.
            #expect(statuses[429, default: 0] <= (dialect == "slack" ? 8 + 4 : 1))
        }
    }

    @Test func `one refusal holds all other calls`() async throws {
        let fixture = try Fixture.parsed(
            """
            routes:
              - match: "* /*"
                replies: [ { times: 1, status: 429, retry-after: 1s }, { success: {} } ]
            """)
        try await withMockUpstream(fixture) { lane in
            let (client, events) = try Self.observedClient()
            var attempts = events
            async let first = client.perform(Self.request(lane, 0))
            _ = await attempts.next()
            async let second = client.perform(Self.request(lane, 1))
            _ = try await (first, second)
            let (exchanges, _) = Exchange.gather(await lane.journal().entries)
            let refused = try #require(exchanges.first?.repliedAt)
            #expect(exchanges.count == 3)
            for exchange in exchanges.dropFirst() { #expect(exchange.arrivedAt - refused >= .milliseconds(1_000)) }
        }
    }

    @Test func `a quota that comes back too late fails at once, without a request`() async throws {
        let fixture = try Fixture.parsed(
            """
            routes: [ { match: "* /*", reply: { status: 429, retry-after: 600s } } ]
            """)
        try await withMockUpstream(fixture) { lane in
            let client = try BackoffClient()
            for number in 0..<3 {
                let result = await outcome { () async throws(BackoffError) in
                    try await client.perform(Self.request(lane, number))
                }
                guard case .gaveUp(.announcedAboveCeiling)? = result.reason else {
                    Issue.record("call \(number): \(String(describing: result.reason))")
                    return
                }
            }
            #expect(Exchange.gather(await lane.journal().entries).exchanges.count == 1)
        }
    }

    @Test func `waiting for a quota ends with the deadline and with the task`() async throws {
        let fixture = try Fixture.parsed(
            """
            routes: [ { match: "* /*", replies: [ { times: 1, status: 429, retry-after: 30s }, { success: {} } ] } ]
            """)
        try await withMockUpstream(fixture) { lane in
            let (client, events) = try Self.observedClient()
            var attempts = events
            let refused = Task {
                await outcome { () async throws(BackoffError) in try await client.perform(Self.request(lane, 0)) }
            }
            _ = await attempts.next()
            var policy = BackoffPolicy()
            policy.deadline = .milliseconds(100)
            let late = await outcome { () async throws(BackoffError) in
                try await client.perform(Self.request(lane, 1), policy: policy)
            }
            #expect(late.reason == .gaveUp(.deadline(.milliseconds(100))))
            let waiting = Task {
                await outcome { () async throws(BackoffError) in try await client.perform(Self.request(lane, 2)) }
            }
            waiting.cancel()
            #expect(await waiting.value.reason == .cancelled)
            client.shutdown()
            #expect(await refused.value.reason == .shutDown)
        }
    }

    @Test func `when everything fails, retries end`() async throws {
        try await withMockUpstream(Fixture.parsed("routes: [ { match: \"* /*\", reply: { status: 503 } } ]")) { lane in
            var configuration = BackoffClient.Configuration()
            configuration.sleep = { _ in }
            let client = try BackoffClient(configuration)
            var reasons: [BackoffError.Reason: Int] = [:]
            for number in 0..<30 {
                let result = await outcome { () async throws(BackoffError) in
                    try await client.perform(Self.request(lane, number))
                }
                if let reason = result.reason { reasons[reason, default: 0] += 1 }
            }
            // 500 tokens, 14 for each retry: eight calls make their four retries, the ninth three.
            #expect(reasons == [.gaveUp(.attemptsExhausted(5)): 8, .gaveUp(.budgetEmpty): 22])
            #expect(Exchange.gather(await lane.journal().entries).exchanges.count == 30 + 35)
        }
    }

    @Test func `a breaker leaves the server alone, and one probe finds it back`() async throws {
        let fixture = try Fixture.parsed(
            """
            routes: [ { match: "* /*", replies: [ { times: 20, status: 500 }, { success: {} } ] } ]
            """)
        try await withMockUpstream(fixture) { lane in
            var configuration = BackoffClient.Configuration()
            configuration.policy.attempts = 1
            configuration.breaker = CircuitBreaker.Settings()
            configuration.breaker?.pause = .seconds(2)
            let client = try BackoffClient(configuration)
            for number in 0..<20 {
                _ = await outcome { () async throws(BackoffError) in
                    try await client.perform(Self.request(lane, number))
                }
            }
            let refused = await outcome { () async throws(BackoffError) in
                try await client.perform(Self.request(lane, 20))
            }
            guard case .gaveUp(.circuitOpen)? = refused.reason else {
                Issue.record("\(String(describing: refused.reason))")
                return
            }
            var answered: BackoffResponse?
            while answered == nil {
                answered = try? await client.perform(Self.request(lane, 21))
                await Task.yield()
            }
            #expect(Exchange.gather(await lane.journal().entries).exchanges.count == 21)
        }
    }

    @Test func `a POST gets a key of its own where that is asked for, the same for every attempt`() async throws {
        let server = ScriptedServer([.receive, .reset], [.receive, .ok])
        let client = try hastyClient { $0.addsIdempotencyKeys = true }
        _ = try await client.perform(HTTPRequest(.post, to: server), body: [1])
        let keys = server.requests.map { request in
            request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("idempotency-key:") }
        }
        #expect(keys.count == 2)
        #expect(keys[0] != nil && keys[0] == keys[1])
    }

    @Test func `an exhausted account is not asked again`() async throws {
        let server = ScriptedServer([
            .receive,
            .send(
                "HTTP/1.1 429 Too Many\r\nContent-Length: 39\r\n\r\n{\"error\":{\"code\":\"insufficient_quota\"}} "),
        ])
        let client = try hastyClient()
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server))
        }
        #expect(result.reason == .gaveUp(.quotaExhausted))
        #expect(server.requests.count == 1)
    }
}
