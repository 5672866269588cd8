import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// What the server makes of requests, well-formed and not.
@Suite(.timeLimit(.minutes(10)))
struct RequestReadingTests {
    struct Ambiguous: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var head: String
        var status = 400
    }

    static let ambiguous = [
        Ambiguous(
            testDescription: "more than one Content-Length field",
            head: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        Ambiguous(
            testDescription: "Content-Length together with Transfer-Encoding",
            head: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Ambiguous(
            testDescription: "a field name with bytes that are not allowed in one",
            head: "GET / HTTP/1.1\r\nHost: x\r\nX Odd: 1\r\n\r\n"),
        Ambiguous(
            testDescription: "a field name with bytes that are not allowed in one",
            head: "GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc"),
        Ambiguous(
            testDescription: "a method with bytes that are not allowed in one",
            head: "G{T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        Ambiguous(testDescription: "no Host field in an HTTP/1.1 request", head: "GET / HTTP/1.1\r\nX: y\r\n\r\n"),
        Ambiguous(
            testDescription: "more than one Host field", head: "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        Ambiguous(
            testDescription: "a transfer coding other than chunked",
            head: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", status: 501),
        Ambiguous(
            testDescription: "a transfer coding other than chunked",
            head: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", status: 501),
        Ambiguous(
            testDescription: "more than one Transfer-Encoding field",
            head: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n"),
        Ambiguous(
            testDescription: "Transfer-Encoding in a request older than HTTP/1.1",
            head: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Ambiguous(
            testDescription: "a field value with bytes that are not allowed in one",
            head: "GET / HTTP/1.1\r\nHost: x\r\nX: a\u{1}b\r\n\r\n"),
        Ambiguous(
            testDescription: "a field that goes on in the next line",
            head: "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n"),
        Ambiguous(
            testDescription: "a field that goes on in the next line",
            head: "GET / HTTP/1.1\r\nX: a\r\n b\r\nHost: x\r\n\r\n"),
    ]

    /// A NUL ends a value for libmicrohttpd, which then drops the rest of it.
    static let hidden = ["X: a\0b", "X: \0ab", "X: ab\0", "X:\0", "X: a\0", "X: a\0\0\0b"].flatMap { line in
        ["Host: x\r\n\(line)\r\n", "\(line)\r\nHost: x\r\n", "Host: x\r\n\(line)\r\nY: z\r\n"].map { fields in
            Ambiguous(
                testDescription: "a field value with bytes that are not allowed in one",
                head: "GET / HTTP/1.1\r\n\(fields)\r\n")
        }
    }

    /// libmicrohttpd would answer these twice.
    static let unreadableLengths = ["-1", "+3", "three", "3 3", "3, 3", "0x3", "", "99999999999999999999"].map {
        length in
        Ambiguous(
            testDescription: "a Content-Length that is not a number",
            head: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\nabc")
    }

    @Test(arguments: ambiguous + hidden + unreadableLengths)
    func `refuses what two readers could read differently`(_ request: Ambiguous) async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(request.head)
            let response = try await client.response()
            #expect(response.status == request.status)
            #expect(response.text == "retrograde: \(request.testDescription)\n")
            #expect(response["Connection"] == "close")
            #expect(try await client.readToEnd().bytes.isEmpty)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.decision?.source == .server(request.testDescription))
            #expect(exchange.decision?.status == request.status)
            #expect(exchange.reply?.status == request.status)
            #expect(exchange.endedAt != nil && exchange.abort == nil)
        }
    }

    @Test(
        arguments: [
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n",
            "GET /  HTTP/1.1\r\nHost:x \t\r\nX: \r\nY:\t a b \r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 10_000))\r\nCookie: a=b; c=d\r\n\r\n",
        ])
    func `takes what only looks odd, and the next request on the same connection`(_ request: String) async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(request)
            #expect(try await client.response().status == 200)
            guard !request.contains("HTTP/1.0") else { return }
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().status == 200)
        }
    }

    @Test func `a broken chunk is malformed, not a client that left`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n")
            #expect(try await client.response().status == 400)
            #expect(await lane.exchanges(ended: 1).map(\.abort) == [.malformed])
        }
    }

    struct Broken: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: String
        var abort: Abort
    }

    static let broken = [
        Broken(
            testDescription: "a header line without a colon",
            bytes: "GET /odd HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", abort: .malformed),
        Broken(
            testDescription: "a header section of 40 kB",
            bytes: "GET /odd HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n",
            abort: .malformed),
        Broken(
            testDescription: "a client that leaves within the header section",
            bytes: "GET /odd HTTP/1.1\r\nHost: x\r\n", abort: .client),
    ]

    @Test(arguments: broken)
    func `journals requests that never became complete`(_ request: Broken) async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(request.bytes)
            client.finish()
            _ = try await client.readToEnd()
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.arrival.target == "/odd")
            #expect(exchange.abort == request.abort)
            #expect(exchange.decision == nil)
        }
    }

    @Test func `counts and digests a body that comes in pieces`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na")
            try await client.send("bc")
            #expect(try await client.response().status == 200)
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
            try await client.send("1\r\nc\r\n0\r\n\r\n")
            #expect(try await client.response().status == 200)
            let exchanges = await lane.exchanges(ended: 2)
            let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            #expect(
                exchanges.map(\.body) == [BodySummary(length: 3, digest: abc), BodySummary(length: 3, digest: abc)])
        }
    }

    @Test func `refuses a body beyond the limit before it comes, and cuts one that grows beyond it`() async throws {
        try await withServer(MockServer.Configuration(bodyLimit: 10)) { server in
            let lane = try await server.addLane(.scripted([.ok]))
            let announcing = try RawClient(port: lane.port)
            try await announcing.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")
            #expect(try await announcing.response().status == 413)
            let growing = try RawClient(port: lane.port)
            try await growing.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await growing.send("b\r\n01234567890\r\n")
            #expect(try await growing.response().status == 413)
            #expect(try await growing.readToEnd().bytes.isEmpty)
            let exchanges = await lane.exchanges(ended: 2)
            let reason = Decision.Source.server("a body larger than this server takes")
            #expect(exchanges.map(\.decision?.source) == [reason, reason])
            #expect(exchanges[1].body?.length == 11)
            #expect(exchanges[1].body?.complete == false)
            // Exactly at the limit is fine.
            let modest = try RawClient(port: lane.port)
            try await modest.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789")
            #expect(try await modest.response().status == 200)
        }
    }

    @Test func `a body that breaks off is journalled as far as it came`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            client.finish()
            _ = try await client.readToEnd()
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.abort == .client)
            #expect(exchange.body?.length == 3)
            #expect(exchange.body?.complete == false)
        }
    }

    @Test func `tells a client that expects it to go on`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.read(exactly: 25) == "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("hi")
            #expect(try await client.response().status == 200)
        }
    }

    @Test func `answers HEAD without a body and HTTP 1.0 without keep-alive`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let head = try RawClient(port: lane.port)
            try await head.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let response = try await head.response(toHead: true)
            #expect(response["Content-Length"] == "3")
            #expect(try await head.readToEnd().bytes.isEmpty)
            let old = try RawClient(port: lane.port)
            try await old.send("GET / HTTP/1.0\r\n\r\n")
            #expect(try await old.response().status == 200)
            #expect(try await old.readToEnd().end == .fin)
        }
    }

    @Test func `a header section that takes too long ends the connection`() async throws {
        try await withServer(MockServer.Configuration(headerDeadline: .milliseconds(200))) { server in
            let lane = try await server.addLane(.scripted([.ok]))
            let silent = try RawClient(port: lane.port)
            let slow = try RawClient(port: lane.port)
            try await slow.send("GET / HTTP/1.1\r\nHost: x\r\n")
            #expect(try await silent.readToEnd().bytes.isEmpty)
            #expect(try await slow.readToEnd().bytes.isEmpty)
            let exchanges = await lane.exchanges(ended: 1)
            #expect(exchanges.map(\.abort) == [.timeout])
        }
    }

    @Test func `a silent connection is closed after its time, without a trace in the journal`() async throws {
        try await withServer(MockServer.Configuration(idleTimeout: .milliseconds(40))) { server in
            let lane = try await server.addLane(.scripted([.ok]))
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().status == 200)
            #expect(try await client.readToEnd().end == .fin)
            #expect(await lane.exchanges(ended: 1).map(\.abort) == [nil])
        }
    }
}
