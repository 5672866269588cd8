import Backoff
import BackoffClient
import HTTPSemantics
import HTTPTypes
import Testing

/// Deadlines, timers and cancellation on real sockets. Early is an error; how late is not judged here, because the
/// machine may be busy.
@Suite(.timeLimit(.minutes(10))) struct TimeTests {
    @Test func `waits are slept, and never cut short`() async throws {
        let server = ScriptedServer([.receive, .status(503), .again])
        var configuration = BackoffClient.Configuration()
        configuration.policy.jitter = .none
        configuration.policy.base = .milliseconds(60)
        configuration.policy.attempts = 4
        configuration.policy.factor = 1
        let client = try BackoffClient(configuration)
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server))
        }
        let history = result.history
        for (attempt, next) in zip(history, history.dropFirst()) {
            #expect(next.started - attempt.ended >= .milliseconds(60))
        }
        #expect(history.count == 4)
    }

    @Test func `a stalled answer ends at the deadline`() async throws {
        let server = ScriptedServer([.receive, .stall])
        var configuration = BackoffClient.Configuration()
        configuration.policy.deadline = .milliseconds(200)
        let client = try BackoffClient(configuration)
        let begun = ContinuousClock.now
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server))
        }
        #expect(result.reason == .gaveUp(.deadline(.milliseconds(200))))
        #expect(result.outcomes == [.failure(.timeout)])
        #expect(begun.duration(to: .now) >= .milliseconds(195))
    }

    @Test func `a wait beyond the deadline is not slept at all`() async throws {
        let server = ScriptedServer([.receive, .status(503, "Retry-After: 30\r\n")])
        let sleeps = RecordedSleeps()
        let client = try hastyClient(sleeps) { $0.policy.deadline = .seconds(5) }
        let result = await outcome { () async throws(BackoffError) in
            try await client.perform(HTTPRequest(to: server))
        }
        #expect(result.reason == .gaveUp(.deadline(.seconds(5))))
        #expect(sleeps.all.isEmpty)
    }

    @Test func `cancelling a transfer closes its connection`() async throws {
        let server = ScriptedServer([.receive, .stall])
        let client = try hastyClient()
        let task = Task {
            await outcome { () async throws(BackoffError) in try await client.perform(HTTPRequest(to: server)) }
        }
        var events = server.events.makeAsyncIterator()
        guard case .request? = await events.next() else {
            Issue.record("no request arrived")
            return
        }
        task.cancel()
        #expect(await task.value.reason == .cancelled)
        guard case .clientClosed? = await events.next() else {
            Issue.record("the connection stayed open")
            return
        }
    }

    @Test func `cancelling a sleep ends it`() async throws {
        let server = ScriptedServer([.receive, .status(503, "Retry-After: 50\r\n")])
        let ended = AsyncStream<Attempt>.makeStream()
        var configuration = BackoffClient.Configuration()
        configuration.onAttempt = { ended.continuation.yield($0) }
        let client = try BackoffClient(configuration)
        let task = Task {
            await outcome { () async throws(BackoffError) in try await client.perform(HTTPRequest(to: server)) }
        }
        var attempts = ended.stream.makeAsyncIterator()
        _ = await attempts.next()
        task.cancel()
        let result = await task.value
        #expect(result.reason == .cancelled)
        #expect(result.history.count == 1)
    }

    @Test func `a task that is cancelled before it begins sends nothing`() async throws {
        let server = ScriptedServer([.receive, .ok])
        let client = try hastyClient()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await outcome { () async throws(BackoffError) in
                try await client.perform(HTTPRequest(to: server))
            }
        }
        #expect(await task.value.reason == .cancelled)
        // A request that is sent after it proves that nothing was on its way.
        _ = try await client.perform(HTTPRequest(to: server, path: "/later"))
        #expect(server.requests.count == 1)
    }

    @Test func `a task that is cancelled while it queues leaves the queue`() async throws {
        let server = ScriptedServer([.receive, .stall], [.receive, .ok])
        let client = try hastyClient { $0.concurrency = 1 }
        func call(_ path: String) -> Task<Result<BackoffResponse, BackoffError>, Never> {
            Task {
                await outcome { () async throws(BackoffError) in
                    try await client.perform(HTTPRequest(to: server, path: path))
                }
            }
        }
        let first = call("/first")
        var events = server.events.makeAsyncIterator()
        _ = await events.next()
        let second = call("/second")
        let third = call("/third")
        second.cancel()
        #expect(await second.value.reason == .cancelled)
        first.cancel()
        #expect(await first.value.reason == .cancelled)
        #expect(await third.value.status == 200)
        #expect(server.requests.map { $0.split(separator: " ")[1] } == ["/first", "/third"])
    }

    @Test func `shutting down ends what is under way and what comes later`() async throws {
        let server = ScriptedServer([.receive, .stall])
        let client = try hastyClient()
        let task = Task {
            await outcome { () async throws(BackoffError) in try await client.perform(HTTPRequest(to: server)) }
        }
        var events = server.events.makeAsyncIterator()
        _ = await events.next()
        client.shutdown()
        #expect(await task.value.reason == .shutDown)
        let later = await outcome { () async throws(BackoffError) in try await client.perform(HTTPRequest(to: server)) }
        #expect(later.reason == .shutDown)
    }

    @Test func `a hundred clients come and go`() async throws {
        let server = ScriptedServer([.receive, .ok, .again])
        for _ in 0..<100 { _ = try await hastyClient().perform(HTTPRequest(to: server)) }
        #expect(server.requests.count == 100)
    }
}
