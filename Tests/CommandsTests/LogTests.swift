import Glibc
import HTTPSemantics
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// `retrograde serve --log-level --log-format`.
@Suite(.timeLimit(.minutes(10)))
struct LogTests {
    private final class Lines: Sendable {
        let text = Mutex("")
    }

    private func lines(_ format: LogFormat, _ body: (inout Logger) -> Void) -> String {
        let lines = Lines()
        var handler = LineLogHandler(format: format) { text in lines.text.withLock { $0 += text } }
        handler.now = { WallTime(secondsSinceEpoch: 784_111_777, nanoseconds: 250_999_999) }
        let made = handler
        var logger = Logger(label: "test") { _ in made }
        body(&logger)
        return lines.text.withLock(\.self)
    }

    @Test func `a line of logfmt has members in order, and quotes what is no word`() {
        let text = lines(.logfmt) { logger in
            logger[metadataKey: "z"] = "1"
            logger.info("lane began", metadata: ["lane": "quota", "empty": "", "odd": #"a "b" \c"#, "eq": "k=v"])
            logger.debug("not this")
        }
        #expect(
            text == "time=1994-11-06T08:49:37.250Z level=info message=\"lane began\" empty=\"\" eq=\"k=v\" lane=quota "
                + #"odd="a \"b\" \\c" z=1"# + "\n")
    }

    @Test(arguments: [LogFormat.logfmt, .json])
    func `what others chose cannot begin a line of its own`(_ format: LogFormat) {
        let text = lines(format) { $0.warning("refused", metadata: ["target": "/\nlevel=error \u{1B}[2J\u{202E}"]) }
        #expect(text.count { $0 == "\n" } == 1)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(!text.unicodeScalars.contains("\u{202E}"))
    }

    @Test func `a line of JSON is an object of strings`() {
        let text = lines(.json) { $0.notice("the server was late", metadata: ["by": "12ms"]) }
        #expect(
            text == #"{"time":"1994-11-06T08:49:37.250Z","level":"notice","message":"the server was late","by":"12ms"}"#
                + "\n")
    }

    @Test func `serve logs what it is told to, to standard error`() async throws {
        let run = ServeRun("serve", "--log-level", "info", "--log-format", "json")
        _ = try await run.readyLine()
        run.send(SIGTERM)
        _ = await run.status()
        let logged = run.diagnostics.split(separator: "\n").filter { $0.hasPrefix("{") }
        #expect(logged.contains { $0.contains(#""message":"lane began","clock":"real","fixture":"#) })
        #expect(logged.contains { $0.contains(#""message":"shutting down","in-flight":"0","lanes":"1"}"#) })
        #expect(logged.contains { $0.contains(#""message":"lane ended","exchanges":"0","lane":"demo","#) })
        #expect(logged.last?.contains(#""message":"stopped","dropped":"0"}"#) == true)
    }

    @Test(arguments: [[], ["--log-level", "off"]])
    func `without being told to it logs warnings alone, and off not even those`(_ more: [String]) async throws {
        let run = ServeRun(["serve"] + more)
        let control = try #require(portOfURL(after: #""control":""#, in: try await run.readyLine()))
        let client = try RawClient(port: control)
        try await client.send("GET /v1/lanes?x=%0A HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        #expect(try await client.response().status == 421)
        run.send(SIGTERM)
        _ = await run.status()
        let logged = run.diagnostics.split(separator: "\n").filter { $0.hasPrefix("time=") }
        let refused =
            #" level=warning message="control request refused" code=misdirected method=GET peer=127.0.0.1 "#
            + #"status=421 target="/v1/lanes?x=%0A""#
        #expect(logged.count == (more.isEmpty ? 1 : 0))
        if more.isEmpty { #expect(logged.first?.hasSuffix(refused) == true, "\(logged)") }
    }

    @Test func `says how many replies were dropped at the end`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/slow.yaml"
        var file = try OutputFile(path)
        try file.write(
            Array("routes: [ { match: GET /, reply: { success: {}, hold-until: { parked: 9, at-most: 1h } } } ]\n".utf8)
        )
        let run = ServeRun("serve", path, "--grace", "50ms")
        let ready = try await run.readyLine()
        let client = try RawClient(port: try #require(portOfURL(after: #""url":""#, in: ready)))
        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let control = try #require(portOfURL(after: #""control":""#, in: ready))
        while try await !journal(control).contains(#""decided""#) { await Task.yield() }
        run.send(SIGTERM)
        _ = await run.status()
        #expect(
            run.diagnostics.contains("retrograde: 1 reply was still parked or under way after 50 ms, and dropped\n"))
    }
    private func journal(_ control: UInt16) async throws -> String {
        let client = try RawClient(port: control)
        try await client.send("GET /v1/lanes/slow/journal HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return try await client.response().text
    }
}
