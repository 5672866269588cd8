import Backoff
import BackoffClient
import HTTPTypes
import Testing

/// Bodies that come piece by piece, and go on where they broke off, or do not.
@Suite(.timeLimit(.minutes(10))) struct StreamTests {
    private static func collect(_ body: ResponseBody) async throws(BackoffError) -> String {
        var bytes: [UInt8] = []
        for try await piece in body { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What reading a response to its end comes to.
    private static func read(
        _ client: BackoffClient, _ request: HTTPRequest
    ) async -> Result<String, BackoffError> {
        do {
            return .success(try await collect(try await client.stream(request).body))
        } catch { return .failure(error) }
    }

    private static func head(_ fields: String, length: Int, status: String = "200 OK") -> ScriptedServer.Step {
        .send("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(length)\r\n\r\n")
    }

    @Test func `a body comes as it was sent`() async throws {
        let server = ScriptedServer([
            .receive, .status(503), .receive, Self.head("X-A: b\r\n", length: 10), .send("0123456789"),
        ])
        let response = try await hastyClient().stream(HTTPRequest(to: server))
        #expect(response.response.status == .ok)
        #expect(response.response.headerFields[HTTPField.Name("X-A")!] == "b")
        #expect(try await Self.collect(response.body) == "0123456789")
        #expect(response.body.history.map(\.outcome) == [.response(status: 503), .response(status: 200)])
        #expect(try await Self.collect(response.body).isEmpty)
    }

    @Test func `an error that another attempt would not change has its body too`() async throws {
        let server = ScriptedServer([.receive, Self.head("", length: 4, status: "404 Not Found"), .send("none")])
        let response = try await hastyClient().stream(HTTPRequest(to: server))
        #expect(response.response.status == .notFound)
        #expect(try await Self.collect(response.body) == "none")
    }

    @Test func `giving up before the answer tells the last response`() async throws {
        let server = ScriptedServer([.receive, Self.head("", length: 3, status: "503 Busy"), .send("old"), .again])
        let client = try hastyClient { $0.policy.attempts = 2 }
        let result = await Self.read(client, HTTPRequest(to: server))
        #expect(result.error?.reason == .gaveUp(.attemptsExhausted(2)))
        #expect(result.error?.lastResponse?.body == Array("old".utf8))
    }

    // MARK: Going on

    private static let rest = "Content-Range: bytes 4-9/10\r\n"

    @Test func `what broke off goes on where it was`() async throws {
        let server = ScriptedServer(
            [.receive, Self.head("ETag: \"a\"\r\n", length: 10), .send("0123"), .reset],
            [.receive, .status(503), .close],
            [
                .receive, Self.head("ETag: \"a\"\r\n\(Self.rest)", length: 6, status: "206 Partial Content"),
                .send("45"), .close,
            ],
            [
                .receive,
                Self.head("ETag: \"a\"\r\nContent-Range: bytes 6-9/10\r\n", length: 4, status: "206 Partial Content"),
                .send("6789"),
            ])
        let client = try hastyClient { $0.concurrency = 1 }
        let response = try await client.stream(HTTPRequest(to: server))
        #expect(try await Self.collect(response.body) == "0123456789")
        let requests = server.requests
        #expect(requests.count == 4)
        #expect(!requests[0].contains("Range"))
        for (request, range) in zip(requests.dropFirst(), ["bytes=4-", "bytes=4-", "bytes=6-"]) {
            #expect(request.contains("\r\nRange: \(range)\r\n"))
            #expect(request.contains("\r\nIf-Range: \"a\"\r\n"))
        }
        #expect(
            response.body.history.map(\.outcome) == [
                .failure(.reset), .response(status: 503), .failure(.truncated), .response(status: 206),
            ])
        #expect(response.body.history.map(\.number) == [1, 2, 3, 4])
    }

    struct Obstructed: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var obstacle: RetryDecision.Obstacle
        /// Fields of the first response.
        var first: String
        /// What the question for the rest brings; nil: it is not asked.
        var second: ScriptedServer.Step?
        var fields = ""
    }

    @Test(arguments: [
        Obstructed(testDescription: "no ETag", obstacle: .noStrongValidator, first: ""),
        Obstructed(testDescription: "a weak ETag", obstacle: .noStrongValidator, first: "ETag: W/\"a\"\r\n"),
        Obstructed(
            testDescription: "ranges are refused beforehand", obstacle: .noRanges,
            first: "ETag: \"a\"\r\nAccept-Ranges: none\r\n"),
        Obstructed(
            testDescription: "another ETag with all", obstacle: .changed, first: "ETag: \"a\"\r\n",
            second: head("ETag: \"b\"\r\n", length: 0)),
        Obstructed(
            testDescription: "another ETag with a part", obstacle: .changed, first: "ETag: \"a\"\r\n",
            second: head("ETag: \"b\"\r\n\(rest)", length: 6, status: "206 Partial Content")),
        Obstructed(
            testDescription: "a part without ETag", obstacle: .changed, first: "ETag: \"a\"\r\n",
            second: head(rest, length: 6, status: "206 Partial Content")),
        Obstructed(
            testDescription: "all of it again", obstacle: .noRanges, first: "ETag: \"a\"\r\n",
            second: head("ETag: \"a\"\r\n", length: 10)),
        Obstructed(
            testDescription: "another part", obstacle: .otherPart, first: "ETag: \"a\"\r\n",
            second: head("ETag: \"a\"\r\nContent-Range: bytes 3-9/10\r\n", length: 7, status: "206 Partial Content")),
        Obstructed(
            testDescription: "no such range", obstacle: .changed, first: "ETag: \"a\"\r\n",
            second: head("", length: 0, status: "416 Range Not Satisfiable")),
        Obstructed(
            testDescription: "gone", obstacle: .refused, first: "ETag: \"a\"\r\n",
            second: head("", length: 0, status: "404 Not Found")),
    ])
    func `two halves that might not fit are not put together`(_ obstructed: Obstructed) async throws {
        let server = ScriptedServer(
            [.receive, Self.head(obstructed.first, length: 10), .send("0123"), .reset],
            [.receive, obstructed.second ?? .ok, .stall])
        let result = await Self.read(try hastyClient(), HTTPRequest(to: server))
        #expect(result.error?.reason == .gaveUp(.notResumable(obstructed.obstacle)))
        #expect(result.error?.history.last?.decision == .giveUp(.notResumable(obstructed.obstacle)))
        #expect(server.requests.count == (obstructed.second == nil ? 1 : 2))
    }

    @Test func `only a GET for all of it goes on`() async throws {
        var part = HTTPRequest(.get, to: ScriptedServer([]))
        for method in [HTTPRequest.Method.post, .get] {
            let server = ScriptedServer([.receive, Self.head("ETag: \"a\"\r\n", length: 10), .send("0123"), .reset])
            part = HTTPRequest(method, to: server, key: "\"k\"")
            if method == .get { part.headerFields[.range] = "bytes=5-" }
            let result = await Self.read(try hastyClient(), part)
            #expect(result.error?.reason == .gaveUp(.notResumable(.request)))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `the attempts of a body are counted together`() async throws {
        let server = ScriptedServer(
            [.receive, Self.head("ETag: \"a\"\r\n", length: 10), .send("0123"), .reset],
            [.receive, Self.head("ETag: \"a\"\r\n\(Self.rest)", length: 6, status: "206 Partial Content"), .reset])
        let client = try hastyClient { $0.policy.attempts = 4 }
        let result = await Self.read(client, HTTPRequest(to: server))
        #expect(result.error?.reason == .gaveUp(.attemptsExhausted(4)))
        #expect(server.requests.count == 4)
    }

    // MARK: Slow readers, slow servers, nobody who reads

    @Test func `whoever reads slowly slows the server down`() async throws {
        // 32 MiB, of which the sockets and the client hold a few at most.
        let pieces = 512
        let piece = String(repeating: "x", count: 65_536)
        let server = ScriptedServer(
            [.receive, Self.head("", length: pieces * 65_536)]
                + [ScriptedServer.Step](repeating: .send(piece), count: pieces))
        let client = try hastyClient()
        let response = try await client.stream(HTTPRequest(to: server))
        // Others are served while nobody reads here.
        let other = ScriptedServer([.receive, .ok, .again])
        for _ in 0..<20 { _ = try await client.perform(HTTPRequest(to: other)) }
        #expect(server.sent < 16 << 20)
        var (count, longest) = (0, 0)
        for try await piece in response.body {
            count += piece.count
            longest = max(longest, piece.count)
        }
        #expect(count == pieces * 65_536)
        #expect(longest <= 256 << 10)
    }

    @Test func `a body that stops coming is broken off, one that nobody reads is not`() async throws {
        let stalling = ScriptedServer([.receive, Self.head("", length: 10), .send("0123"), .stall])
        let client = try hastyClient { $0.attemptTimeout = .milliseconds(100) }
        let result = await Self.read(client, HTTPRequest(to: stalling))
        #expect(result.error?.history.map(\.outcome) == [.failure(.timeout)])

        let piece = String(repeating: "x", count: 1 << 20)
        let server = ScriptedServer(
            [.receive, Self.head("", length: 32 << 20)] + [ScriptedServer.Step](repeating: .send(piece), count: 32))
        let response = try await client.stream(HTTPRequest(to: server))
        // Longer than the time for an attempt, by the same clock.
        for _ in 0..<3 { _ = await Self.read(client, HTTPRequest(to: stalling)) }
        #expect(try await Self.collect(response.body).utf8.count == 32 << 20)
    }

    @Test func `the deadline ends a body too`() async throws {
        let server = ScriptedServer([.receive, Self.head("ETag: \"a\"\r\n", length: 10), .send("0123"), .stall])
        let client = try hastyClient { $0.policy.deadline = .milliseconds(150) }
        let result = await Self.read(client, HTTPRequest(to: server))
        #expect(result.error?.reason == .gaveUp(.deadline(.milliseconds(150))))
    }

    @Test func `dropping a body closes its connection, and gives its place back`() async throws {
        let server = ScriptedServer([.receive, Self.head("", length: 10), .send("0123"), .stall])
        let client = try hastyClient { $0.concurrency = 1 }
        for _ in 0..<3 {
            let response = try await client.stream(HTTPRequest(to: server))
            #expect(response.response.status == .ok)
        }
        var closed = 0
        for await event in server.events {
            if case .clientClosed = event { closed += 1 }
            if closed == 3 { break }
        }
    }

    @Test func `cancelling a reader closes the connection`() async throws {
        let server = ScriptedServer([.receive, Self.head("ETag: \"a\"\r\n", length: 10), .send("0123"), .stall])
        let client = try hastyClient()
        let read = AsyncStream<Void>.makeStream()
        let task = Task { () async -> BackoffError? in
            do {
                for try await _ in try await client.stream(HTTPRequest(to: server)).body { read.continuation.yield() }
                return nil
            } catch { return error as? BackoffError }
        }
        for await _ in read.stream { break }
        task.cancel()
        #expect(await task.value?.reason == .cancelled)
        for await event in server.events { if case .clientClosed = event { break } }
    }

    @Test func `a body keeps its client, and shutting that down ends it`() async throws {
        let server = ScriptedServer([.receive, Self.head("", length: 10), .send("0123456789")])
        let body = try await hastyClient().stream(HTTPRequest(to: server)).body
        #expect(try await Self.collect(body) == "0123456789")

        let stalling = ScriptedServer([.receive, Self.head("", length: 10), .stall])
        let client = try hastyClient()
        let response = try await client.stream(HTTPRequest(to: stalling))
        client.shutdown()
        let error = await #expect(throws: BackoffError.self) { try await Self.collect(response.body) }
        #expect(error?.reason == .shutDown)
    }
}

extension Result<String, BackoffError> {
    fileprivate var error: BackoffError? { if case .failure(let error) = self { error } else { nil } }
}
