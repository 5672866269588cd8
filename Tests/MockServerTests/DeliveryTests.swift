import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// Replies that do not go over the wire as usual, byte by byte.
@Suite(.timeLimit(.minutes(10)))
struct DeliveryTests {
    private static let date =
        "Date: \(String(repeating: "x", count: 29))\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\n"

    private static func reply(_ delivery: Delivery, body: String = "0123456789") -> Reply {
        Reply(
            content: .literal(
                ResponseTemplate(status: 200, body: .text(Template(body)))),
            delivery: delivery)
    }

    struct Sample: CustomTestStringConvertible, Sendable {
        var delivery: Delivery
        var bytes: String
        var defect: String?
        var testDescription: String { defect ?? "\(delivery)" }

        init(_ delivery: Delivery, _ bytes: String, defect: String? = nil) {
            (self.delivery, self.bytes, self.defect) = (delivery, bytes, defect)
        }
    }

    static let samples = [
        Sample(
            Delivery(framing: .chunked),
            "HTTP/1.1 200 OK\r\n\(date)Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "a\r\n0123456789\r\n0\r\n\r\n"),
        Sample(
            Delivery(framing: .closeDelimited),
            "HTTP/1.1 200 OK\r\n\(date)Connection: close\r\n\r\n0123456789"),
        Sample(
            Delivery(framing: .contentLength(["20"])),
            "HTTP/1.1 200 OK\r\n\(date)Content-Length: 20\r\n\r\n0123456789", defect: "content-length: 20"),
        Sample(
            Delivery(framing: .contentLength(["5"])),
            "HTTP/1.1 200 OK\r\n\(date)Content-Length: 5\r\n\r\n0123456789", defect: "content-length: 5"),
        Sample(
            Delivery(framing: .contentLength(["10", "5"])),
            "HTTP/1.1 200 OK\r\n\(date)Content-Length: 10\r\nContent-Length: 5\r\n\r\n0123456789",
            defect: "content-length: 10 and 5"),
        Sample(
            Delivery(framing: .contentLength(["ten"])),
            "HTTP/1.1 200 OK\r\n\(date)Content-Length: ten\r\n\r\n0123456789", defect: "content-length: ten"),
        Sample(
            Delivery(framing: .contentLength([""])),
            "HTTP/1.1 200 OK\r\n\(date)Content-Length:\r\n\r\n0123456789", defect: "content-length: "),
        Sample(
            Delivery(malformation: .statusLine),
            "HTTP/1.1 OK\r\n\(date)Content-Length: 10\r\n\r\n0123456789", defect: "malformed: status-line"),
        Sample(
            Delivery(malformation: .header),
            "HTTP/1.1 200 OK\r\nno colon in this line\r\n\(date)Content-Length: 10\r\n\r\n0123456789",
            defect: "malformed: header"),
        Sample(
            Delivery(malformation: .chunk),
            "HTTP/1.1 200 OK\r\n\(date)Transfer-Encoding: chunked\r\n\r\nzz\r\n0123456789\r\n0\r\n\r\n",
            defect: "malformed: chunk"),
        Sample(
            Delivery(malformation: .lastChunk),
            "HTTP/1.1 200 OK\r\n\(date)Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n",
            defect: "malformed: last-chunk"),
        Sample(
            Delivery(informational: [103, 102], framing: .closeDelimited),
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                + "HTTP/1.1 200 OK\r\n\(date)Connection: close\r\n\r\n0123456789"),
    ]

    @Test(arguments: samples) func `goes out byte for byte, and ends with a FIN`(_ sample: Sample) async throws {
        try await withMockUpstream(.scripted([Self.reply(sample.delivery)])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let (bytes, end) = try await client.readToEnd()
            #expect(masked(bytes) == sample.bytes)
            #expect(end == .fin)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.abort == (sample.defect == nil ? nil : .fault))
            #expect(exchange.decision?.fault == sample.defect)
        }
    }

    @Test(arguments: [[103], [102], [100, 100, 100], [103, 102, 103]])
    func `interim responses come first, and the connection is kept`(_ statuses: [Int]) async throws {
        try await withMockUpstream(.scripted([Self.reply(Delivery(informational: statuses))])) { lane in
            let client = try RawClient(port: lane.port)
            let interim = statuses.map { "HTTP/1.1 \(ReasonPhrase.line($0))\r\n\r\n" }.joined()
            for _ in 1...2 {
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.read(exactly: interim.utf8.count) == interim)
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.text == "0123456789")
            }
            #expect(await lane.exchanges(ended: 2).map(\.arrival.connection) == [1, 1])
        }
    }

    @Test func `a bandwidth makes the reply as slow as it says`() async throws {
        let reply = Self.reply(
            Delivery(pace: Pace(bytesPerSecond: 20_000)), body: String(repeating: "x", count: 4000))
        try await withMockUpstream(.scripted([reply])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let (bytes, end) = try await client.readToEnd()
            #expect(bytes.count > 4000)
            #expect(end == .fin)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            // 200 bytes in 10 ms, the first ones at once.
            #expect(exchange.endedAt! - exchange.repliedAt! >= .milliseconds((bytes.count - 1) / 200 * 10))
            #expect(exchange.abort == nil)
        }
    }

    @Test func `a redirect may ask for a wait`() async throws {
        let reply = Reply.literal(307, [("Location", "/elsewhere")]).with { $0.retryAfter = .seconds(.seconds(3)) }
        try await withMockUpstream(.scripted([reply])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 307)
            #expect(response["Location"] == "/elsewhere")
            #expect(response["Retry-After"] == "3")
        }
    }
}
