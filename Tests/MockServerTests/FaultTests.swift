import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// Every fault on the wire: the exact bytes, and whether the end is a FIN or an RST.
@Suite(.timeLimit(.minutes(10)))
struct FaultTests {
    /// What the response is without a fault, `Date` masked.
    private static let head =
        "HTTP/1.1 200 OK\r\nDate: \(String(repeating: "x", count: 29))\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\nX-One: 1\r\nContent-Length: 10\r\n\r\n"
    private static let body = "0123456789"
    private static let ok = Reply.literal(200, [("X-One", "1")], body: body)
    private static let post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n"

    private func exchange(
        of reply: Reply, sending request: String = "GET / HTTP/1.1\r\nHost: x\r\n\r\n", seed: UInt64 = 1
    ) async throws -> (text: String, bytes: [UInt8], end: RawClient.End, exchange: Exchange) {
        var fixture = Fixture.scripted([reply])
        fixture.seed = seed
        return try await withMockUpstream(fixture) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(request)
            let (bytes, end) = try await client.readToEnd()
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            return (masked(bytes), bytes, end, exchange)
        }
    }

    @Test(
        arguments: [
            (Fault.Point.headers(percent: 50), Substring(head.utf8.prefix(head.utf8.count / 2))), (.headers, head[...]),
            (.bytes(0), head[...]), (.bytes(4), (head + "0123")[...]), (.bytes(99), (head + body)[...]),
            (.percent(30), (head + "012")[...]),
        ], [(Fault.Action.reset, RawClient.End.reset), (.close, .fin), (.closeWithoutNotify, .fin)])
    func `breaks within the response after exactly so many bytes`(
        _ cut: (point: Fault.Point, sent: Substring), _ way: (action: Fault.Action, end: RawClient.End)
    ) async throws {
        let reply = Self.ok.with { $0.fault = Fault(point: cut.point, action: way.action) }
        let outcome = try await exchange(of: reply)
        #expect(outcome.text == cut.sent)
        #expect(outcome.end == way.end)
        #expect(outcome.exchange.abort == .fault)
        #expect(outcome.exchange.reply?.status == 200)
        #expect(outcome.exchange.decision?.status == 200)
        #expect(outcome.exchange.decision?.fault == "after \(cut.point.text): \(way.action.rawValue)")
    }

    @Test func `a reply ahead of the request's end is whole, and what comes after it is counted`() async throws {
        let reply = Self.ok.with { $0.fault = Fault(point: .requestBytes(4), action: .reply) }
        let exchange = try await withMockUpstream(Fixture.scripted([reply])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.post + "01234")
            let response = try await client.response()
            #expect(response.count(of: "Connection") == 1)
            try await client.send("56789")
            #expect(try await client.readToEnd().end == .fin)
            return try #require(await lane.exchanges(ended: 1).first)
        }
        #expect(exchange.abort == nil)
        #expect(exchange.reply?.status == 200)
        #expect(exchange.body?.length == 10)
        #expect(exchange.body?.complete == false)
        #expect(exchange.decision?.fault == "after request 4 B: reply")
    }

    @Test func `an RST comes after every byte that was promised, however many`() async throws {
        let size = 8_000_000
        let reply = Reply(
            content: .literal(
                ResponseTemplate(
                    status: 200, body: .bytes([UInt8](repeating: 0x61, count: size), contentType: "text/plain"))),
            fault: Fault(point: .bytes(size - 1), action: .reset))
        let outcome = try await exchange(of: reply)
        #expect(outcome.bytes.count { $0 == 0x61 } >= size - 1)
        #expect(outcome.text.hasSuffix(String(repeating: "a", count: size - 1)))
        #expect(outcome.end == .reset)
    }

    @Test(
        arguments: [Fault.Point.requestHeaders, .requestBytes(5), .request],
        [(Fault.Action.reset, RawClient.End.reset), (.close, .fin), (.closeWithoutNotify, .fin)])
    func `breaks at a point of the request without a byte`(
        _ point: Fault.Point, _ way: (action: Fault.Action, end: RawClient.End)
    ) async throws {
        let sent =
            Self.post
            + String("0123456789ABCDEFGHIJ".prefix(point == .requestHeaders ? 0 : point == .requestBytes(5) ? 5 : 20))
        let outcome = try await exchange(
            of: Reply(content: .nothing, fault: Fault(point: point, action: way.action)), sending: sent)
        #expect(outcome.bytes.isEmpty)
        #expect(outcome.end == way.end)
        #expect(outcome.exchange.abort == .fault)
        #expect(outcome.exchange.reply == nil)
        #expect(outcome.exchange.decision?.status == 0)
        #expect(outcome.exchange.decision?.fault == "after \(point.text): \(way.action.rawValue)")
    }

    @Test func `a body that ends before the point of its fault is broken at its end`() async throws {
        let reply = Reply(content: .nothing, fault: Fault(point: .requestBytes(50), action: .close))
        let outcome = try await exchange(of: reply, sending: Self.post + "0123456789ABCDEFGHIJ")
        #expect(outcome.bytes.isEmpty && outcome.end == .fin)
        #expect(outcome.exchange.decision?.attempt == 1)
    }

    @Test(arguments: [Fault.Point.requestHeaders, .request, .bytes(4)])
    func `garbage is the same for the same seed`(_ point: Fault.Point) async throws {
        let content = point == .bytes(4) ? Self.ok.content : .nothing
        let reply = Reply(content: content, fault: Fault(point: point, action: .garbage))
        let sent = Self.post + (point == .requestHeaders ? "" : "0123456789ABCDEFGHIJ")
        let first = try await exchange(of: reply, sending: sent, seed: 7)
        let second = try await exchange(of: reply, sending: sent, seed: 7)
        let other = try await exchange(of: reply, sending: sent, seed: 8)
        #expect(first.bytes.suffix(64) == second.bytes.suffix(64))
        #expect(first.bytes.suffix(64) != other.bytes.suffix(64))
        #expect(first.bytes.suffix(64).allSatisfy { $0 >= 0x80 })
        #expect(first.bytes.count == (point == .bytes(4) ? Self.head.utf8.count + 4 : 0) + 64)
        #expect(first.end == .fin)
    }

    @Test(arguments: [
        (Fault.Point.requestHeaders, ""), (.requestBytes(3), ""), (.request, ""), (.bytes(4), head + "0123"),
    ])
    func `a stalled exchange says nothing more, and ends when the client leaves`(
        _ point: Fault.Point, _ sent: String
    ) async throws {
        let reply = Self.ok.with {
            $0.fault = Fault(point: point, action: .stall)
            if sent.isEmpty { $0.content = .nothing }
        }
        try await withMockUpstream(.scripted([reply, .ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.post + (point == .requestHeaders ? "" : "0123456789ABCDEFGHIJ"))
            let text = sent.isEmpty ? "" : masked(Array(try await client.read(exactly: sent.utf8.count).utf8))
            #expect(text == sent)
            _ = await lane.entries { $0.contains { $0.event.name == "decided" } }
            // Others do not wait for it.
            let other = try RawClient(port: lane.port)
            try await other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await other.response().status == 200)
            client.reset()
            let exchanges = await lane.exchanges(ended: 2)
            #expect(exchanges.first?.abort == .client)
        }
    }

    @Test(arguments: [Fault.Point.request, .headers, .percent(50)])
    func `a trickle brings all of it, piece by piece`(_ point: Fault.Point) async throws {
        let reply = Self.ok.with {
            $0.fault = Fault(point: point, action: .trickle, pace: Pace(bytes: 3, every: .milliseconds(1)))
        }
        let outcome = try await exchange(of: reply)
        #expect(outcome.text.hasPrefix(Self.head.dropLast(2)))
        #expect(outcome.text.hasSuffix("Connection: close\r\n\r\n" + Self.body))
        #expect(outcome.end == .fin)
        #expect(outcome.exchange.abort == nil)
        let pieces = (point == .request ? outcome.bytes.count : point == .headers ? 10 : 5) / 3
        #expect(outcome.exchange.endedAt! - outcome.exchange.repliedAt! >= .milliseconds(pieces - 1))
    }
}

/// The bytes of a response as text, with the value of `Date` masked.
func masked(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    var masked = ""
    var rest = text[...]
    while let first = rest.first {
        if rest.hasPrefix("Date: ") {
            rest = rest.dropFirst(6)
            let value = rest.prefix(29)
            masked += "Date: " + String(repeating: "x", count: value.count)
            return masked + rest.dropFirst(29)
        }
        masked.append(first)
        rest = rest.dropFirst()
    }
    return masked
}
