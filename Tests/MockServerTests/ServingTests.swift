import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServingTests {
    @Test func `a lane answers, keeps the connection, and journals each step in order`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            for _ in 1...2 {
                try await client.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-Test: 1\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.count(of: "Date") == 1)
            }
            let once = ["arrived", "decided", "replied", "completed"]
            #expect(await lane.events(8) == once + once)
            let exchanges = await lane.exchanges(ended: 2)
            try #require(exchanges.count == 2)
            #expect(exchanges.map(\.arrival.connection) == [1, 1])
            #expect(exchanges[0].arrival.target == "/a?b=c")
            #expect(exchanges[0].arrival.fields["x-test"] == "1")
            #expect(exchanges[0].arrival.peer.hasPrefix("127.0.0.1:"))
            #expect(exchanges[0].arrivedAt <= exchanges[0].decidedAt!)
            #expect(exchanges[0].repliedAt! <= exchanges[0].endedAt!)
            #expect(exchanges[0].endedAt! <= exchanges[1].arrivedAt)
        }
    }

    @Test func `the journal has the fields as they were sent`() async throws {
        let reply = Reply.literal(418, [("X-One", "1"), ("X-Two", "a, b")], body: "short")
        try await withMockUpstream(.scripted([reply])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let response = try await client.response()
            #expect(response.text == "short")
            let head = try #require(await lane.exchanges(ended: 1).first?.reply)
            #expect(head.status == 418)
            #expect(head.due == nil)
            let journalled = head.fields.strings.map { "\($0.name.lowercased()): \($0.value)" }.sorted()
            #expect(journalled == response.fields.map { "\($0.name.lowercased()): \($0.value)" }.sorted())
        }
    }

    @Test func `requests in one segment are answered in order, also behind a delayed one`() async throws {
        let slow = Reply.literal(201).with { $0.delay = .milliseconds(30) }
        try await withMockUpstream(.scripted([slow, .literal(202), .literal(203)])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(String(repeating: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", count: 3))
            for status in 201...203 { #expect(try await client.response().status == status) }
        }
    }

    @Test func `a value that libmicrohttpd cannot send goes out as bytes, and the connection ends`() async throws {
        let refusal = Reply.refused(retryAfter: .raw(""))
        try await withMockUpstream(.scripted([refusal])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let (bytes, end) = try await client.readToEnd()
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
            #expect(text.contains("\r\nRetry-After:\r\n"))
            #expect(text.hasSuffix("\r\nConnection: close\r\n\r\nslow down\n"))
            #expect(end == .fin)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.reply?.fields["Retry-After"] == "")
            #expect(exchange.abort == nil)
        }
    }

    @Test(arguments: [(Fault.Action.reset, RawClient.End.reset), (.close, .fin)])
    func `a fault after the request ends the connection without a byte`(
        _ action: Fault.Action, _ end: RawClient.End
    ) async throws {
        let reply = Reply(content: .nothing, fault: Fault(point: .request, action: action))
        try await withMockUpstream(.scripted([reply, .ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
            let outcome = try await client.readToEnd()
            #expect(outcome.bytes.isEmpty)
            #expect(outcome.end == end)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.abort == .fault)
            #expect(exchange.reply == nil)
            #expect(exchange.repliedAt == exchange.endedAt)
            #expect(exchange.decision?.status == 0)
            #expect(exchange.decision?.fault == "after request: \(action.rawValue)")
        }
    }

    @Test func `after so many requests a lane answers 503`() async throws {
        try await withServer { server in
            let lane = try await server.addLane(.scripted([.ok]), requestLimit: 2)
            let client = try RawClient(port: lane.port)
            for status in [200, 200, 503, 503] {
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.response().status == status)
            }
            let sources = await lane.exchanges(ended: 4).map(\.decision?.source)
            #expect(sources.suffix(2) == [.server("run limit"), .server("run limit")])
        }
    }
}
