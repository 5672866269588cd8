import Backoff
import BackoffClient
import Fixtures
import HTTPTypes
import Journal
import MockServer
import Synchronization
import TestSupport
import Testing

@testable import BackoffQueue

@Suite(.timeLimit(.minutes(5))) struct CallQueueTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = "\(folder.path)/calls.queue"
    }

    private func request(_ path: String, at authority: String = "127.0.0.1:1") -> HTTPRequest {
        HTTPRequest(method: .post, scheme: "http", authority: authority, path: path)
    }

    /// An upstream that honours keys.
    private static let fixture = """
        idempotency: { header: Idempotency-Key, keep: 24h }
        routes: [ { match: "* /*", reply: { success: {} } } ]
        """

    @Test func `what was added is there when the file is opened again`() throws {
        var first = request("/a?b=c")
        first.headerFields[.contentType] = "application/json"
        let body: [UInt8] = Array("{\"ü\": 0}\0".utf8)
        do {
            let queue = try CallQueue(path: path)
            try queue.add(first, body: body, priority: 3)
            try queue.add(HTTPRequest(method: .get, scheme: "https", authority: "h", path: "/"), body: nil)
            try queue.add(request("/empty"), body: [])
        }
        let calls = try CallQueue(path: path).calls(.waiting)
        try #require(calls.count == 3)
        #expect(calls[0].request.path == "/a?b=c")
        #expect(calls[0].request.method == .post)
        #expect(calls[0].request.headerFields[.contentType] == "application/json")
        #expect(calls[0].body == body)
        #expect(calls[0].priority == 3)
        #expect(calls[1].request.headerFields[.idempotencyKey] == nil, "a GET needs no key")
        #expect(calls[1].body == nil)
        #expect(calls[2].body == [])
        let key = try #require(calls[2].request.headerFields[.idempotencyKey])
        #expect(key.count == 38 && key != calls[0].request.headerFields[.idempotencyKey])
    }

    @Test func `the file is its owner's alone`() throws {
        let queue = try CallQueue(path: path)
        try queue.add(request("/"))
        for suffix in ["", "-wal", "-shm", "-owner-1"] {
            #expect(try FileMode.of(path + suffix) == 0o600, "\(suffix)")
        }
    }

    @Test func `calls go out by priority, then in order, and not before their time`() async throws {
        try await withMockUpstream(text: Self.fixture) { lane in
            let queue = try CallQueue(path: path)
            let authority = "127.0.0.1:\(lane.port)"
            try queue.add(request("/late", at: authority), priority: 9, after: .milliseconds(400))
            for (name, priority) in [("/low", -1), ("/first", 0), ("/second", 0), ("/high", 5)] {
                try queue.add(request(name, at: authority), priority: priority)
            }
            let summary = try await queue.send(through: BackoffClient(), concurrency: 1)
            #expect(summary.answered == 5)
            let exchanges = Exchange.gather(await lane.journal().entries).exchanges
            #expect(exchanges.map(\.arrival.target) == ["/high", "/first", "/second", "/low", "/late"])
            #expect(try queue.counts().isEmpty)
        }
    }

    @Test func `a quota is kept, and nothing is wasted on it`() async throws {
        let fixture = """
            limits: { calls: { quota: 10/1s, algorithm: fixed-window, window: first-request } }
            routes: [ { match: "* /*", limits: [calls], reply: { success: {} } } ]
            """
        try await withMockUpstream(text: fixture) { lane in
            let queue = try CallQueue(path: path)
            for number in 0..<25 { try queue.add(request("/\(number)", at: "127.0.0.1:\(lane.port)")) }
            let summary = try await queue.send(through: BackoffClient(), concurrency: 5)
            #expect(summary.answered == 25)
            let statuses = Exchange.gather(await lane.journal().entries).exchanges.map { $0.reply?.status }
            #expect(statuses == Array(repeating: 200, count: 25))
        }
    }

    @Test func `a poison call dies with its reason, and can be revived`() async throws {
        let fixture = """
            routes:
              - { match: "* /gone", replies: [ { times: 1, status: 404 }, { success: {} } ] }
              - { match: "* /fine", reply: { success: {} } }
            """
        try await withMockUpstream(text: fixture) { lane in
            let queue = try CallQueue(path: path)
            let client = try BackoffClient()
            for target in ["/gone", "/fine"] { try queue.add(request(target, at: "127.0.0.1:\(lane.port)")) }
            let endings = Endings()
            let summary = try await queue.send(through: client, onEnding: endings.note)
            #expect(summary.answered == 1 && summary.dead == 1)
            #expect(endings.texts == ["/fine: 200", "/gone: answered 404 Not Found"])
            let dead = try #require(try queue.calls(.dead).first)
            #expect(dead.reason == "answered 404 Not Found" && dead.attempts == 1)
            #expect(try queue.reviveDead() == 1)
            #expect(try await queue.send(through: client).answered == 1)
            #expect(try queue.counts().isEmpty)
        }
    }

    @Test func `a call that is given up waits longer each time, and dies in the end`() async throws {
        // Nobody listens there.
        var limits = CallQueue.Limits()
        limits.failures = 1
        let queue = try CallQueue(path: path, limits: limits)
        try queue.add(request("/"))
        var policy = BackoffClient.Configuration()
        policy.policy.attempts = 1
        let summary = try await queue.send(through: BackoffClient(policy))
        #expect(summary.dead == 1)
        #expect(try queue.calls(.dead).first?.reason?.contains("cannot connect") == true)
        #expect(try queue.removeDead() == 1)
    }

    @Test func `it takes no more than it holds`() throws {
        var limits = CallQueue.Limits()
        limits.capacity = 2
        limits.bodyLimit = 4
        let queue = try CallQueue(path: path, limits: limits)
        #expect(throws: QueueError.self) { try queue.add(request("/"), body: [1, 2, 3, 4, 5]) }
        for _ in 0..<2 { try queue.add(request("/"), body: [1, 2, 3, 4]) }
        let error = #expect(throws: QueueError.self) { try queue.add(request("/")) }
        #expect(error?.reason == .full)
        #expect(error?.description == "\(path) holds 2 calls already")
        let unsendable = #expect(throws: QueueError.self) {
            try queue.add(HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/"))
        }
        #expect(unsendable?.reason == .unsendable)
    }

    @Test(arguments: ["not a database, but long enough to be taken for one", "SQLite format 3\0"])
    func `a file that is something else stays as it is`(text: String) throws {
        let padded = text + String(repeating: "x", count: 600)
        try folder.write(padded, to: "calls.queue")
        let error = #expect(throws: QueueError.self) { try CallQueue(path: path) }
        #expect(error?.reason == .foreign)
        #expect(try FileMode.text(of: path) == padded)
    }

    @Test func `a database of another program is refused`() throws {
        try folder.write("", to: "calls.queue")
        do {
            let database = try Database(path: path)
            try database.execute("CREATE TABLE things (id INTEGER)")
        }
        let error = #expect(throws: QueueError.self) { try CallQueue(path: path) }
        #expect(error?.reason == .foreign)
        #expect(throws: QueueError.self) { try CallQueue(path: "/no/such/folder/calls.queue") }
    }

    @Test func `two queues on one file never have one call at once`() throws {
        let queues = [try CallQueue(path: path), try CallQueue(path: path)]
        for number in 0..<20 { try queues[0].add(request("/\(number)")) }
        var taken: [Int64] = []
        for turn in 0..<20 {
            if case .call(let call) = try queues[turn % 2].lease() { taken.append(call.id) }
        }
        #expect(taken == Array(1...20))
        #expect(try queues[1].counts() == [.sending: 20])
        guard case .wait = try queues[0].lease() else {
            Issue.record("calls that others send are not gone")
            return
        }
    }

    @Test func `the calls of a process that has ended wait again, those of one that lives do not`() throws {
        let alive = try CallQueue(path: path)
        for number in 0..<3 { try alive.add(request("/\(number)")) }
        _ = try alive.lease()
        // As a process leaves it that is killed: its lease in the file, and nobody who holds its lock.
        try alive.perform { database throws(Database.Failure) in
            _ = try database.execute(
                "UPDATE calls SET state = 1, owner = 999, lease_until = ? WHERE id = 2",
                [.integer(CallQueue.now + 60_000_000_000)])
        }
        let queue = try CallQueue(path: path)
        #expect(try queue.counts() == [.sending: 2, .waiting: 1])
        #expect(try queue.recoverLeases() == 1)
        #expect(try queue.counts() == [.sending: 1, .waiting: 2])
        #expect(try queue.calls(.waiting).map(\.id) == [2, 3])
    }

    @Test func `a process that hangs loses its calls when the lease is over, and cannot end them any more`() throws {
        var limits = CallQueue.Limits()
        limits.lease = .nanoseconds(1)
        let hanging = try CallQueue(path: path, limits: limits)
        try hanging.add(request("/"))
        guard case .call(let call) = try hanging.lease() else {
            Issue.record("the call is offered")
            return
        }
        let other = try CallQueue(path: path)
        #expect(try other.recoverLeases() == 1)
        guard case .call = try other.lease() else {
            Issue.record("the call is offered again")
            return
        }
        try hanging.settle(call, .answered, attempts: 1)
        #expect(try other.counts() == [.sending: 1])
        try other.settle(call, .answered, attempts: 1)
        #expect(try other.counts().isEmpty)
    }

    @Test func `a cancelled sender leaves everything waiting`() async throws {
        let fixture = """
            routes: [ { match: "* /*", reply: { success: {}, delay: 30s } } ]
            """
        try await withMockUpstream(text: fixture) { lane in
            let queue = try CallQueue(path: path)
            for number in 0..<3 { try queue.add(request("/\(number)", at: "127.0.0.1:\(lane.port)")) }
            let sending = Task { try await queue.send(through: BackoffClient()) }
            _ = await lane.journal(since: 0, waitingFor: 9, atMost: .seconds(20))
            sending.cancel()
            #expect(try await sending.value == CallQueue.Summary())
            #expect(try queue.counts() == [.waiting: 3])
            #expect(try queue.calls(.waiting).map(\.failures) == [0, 0, 0])
        }
    }
}

/// What became of calls, as they were told.
private final class Endings: Sendable {
    private let told = Mutex<[String]>([])

    var texts: [String] { told.withLock { $0.sorted() } }

    var note: @Sendable (QueuedCall, CallQueue.Ending) -> Void {
        { call, ending in
            let text =
                switch ending {
                case .answered(let response): "\(response.response.status.code)"
                case .postponed(_, let reason), .dead(let reason): reason
                }
            self.told.withLock { $0.append("\(call.request.path ?? ""): \(text)") }
        }
    }
}
