import ArgumentParser
import Backoff
import HTTPSemantics
import HTTPTypes
import Synchronization
import Testing

@testable import Commands

@Suite struct CallTests {
    /// What a command wrote.
    final class Output: Sendable {
        private let texts = Mutex<(results: String, diagnostics: String)>(("", ""))
        var results: String { texts.withLock { $0.results } }
        var diagnostics: String { texts.withLock { $0.diagnostics } }
        var context: Context {
            Context(
                environment: [:],
                output: Context.Sink { text in self.texts.withLock { $0.results += text } },
                diagnostics: Context.Sink { text in self.texts.withLock { $0.diagnostics += text } },
                executable: "")
        }
    }

    static func attempt(
        _ number: Int, _ outcome: Attempt.Outcome, _ retryAfter: RetryAfter? = nil, _ decision: RetryDecision
    ) -> Attempt {
        Attempt(
            number: number, started: .zero, ended: .zero, outcome: outcome, retryAfter: retryAfter, decision: decision)
    }

    @Test(arguments: [
        (
            attempt(
                1, .response(status: 429), .delay(seconds: 2), .wait(.milliseconds(2100), .announced(.seconds(2)))),
            "429 Too Many Requests · Retry-After 2 s · waiting 2.1 s (attempt 1 of 5)"
        ),
        (
            attempt(2, .failure(.reset), nil, .wait(.milliseconds(312), .backoff)),
            "connection reset · waiting 312 ms (attempt 2 of 5)"
        ),
        (
            attempt(
                1, .response(status: 503),
                .date(WallTime(secondsSinceEpoch: 784_111_777), .rfc850),
                .wait(.milliseconds(3400), .announced(.seconds(3)))),
            "503 Service Unavailable · Retry-After Sunday, 06-Nov-94 08:49:37 GMT, in 3 s · waiting 3.4 s "
                + "(attempt 1 of 5)"
        ),
        (
            attempt(
                1, .response(status: 503), .malformed(reason: "empty"),
                .wait(.milliseconds(250), .announcementUnusable)),
            "503 Service Unavailable · Retry-After unusable: empty · waiting 250 ms (attempt 1 of 5)"
        ),
        (
            attempt(
                1, .response(status: 429), .delay(seconds: 86_400),
                .giveUp(.announcedAboveCeiling(.seconds(86_400)))),
            "429 Too Many Requests · Retry-After 24 h · gave up: the server asks for a wait of 24 h, longer than is "
                + "accepted (attempt 1 of 5)"
        ),
        (attempt(4, .response(status: 200), nil, .finish), "200 OK (attempt 4 of 5)"),
    ])
    func `an attempt is a line`(attempt: Attempt, line: String) {
        #expect(AttemptLine(of: 5).text(attempt) == line)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/a/b?c=d#e", "http", "127.0.0.1:8080", "/a/b?c=d"),
        ("HTTPS://example.com", "https", "example.com", "/"), ("localhost:80", "http", "localhost:80", "/"),
        ("http://[::1]:80?x", "http", "[::1]:80", "/?x"),
        ("http://h/r?u=http://other", "http", "h", "/r?u=http://other"),
    ])
    func `a URL names a target`(url: String, scheme: String, authority: String, path: String) throws {
        let target = try #require(CallTarget(url))
        #expect(target.scheme == scheme)
        #expect(target.authority == authority)
        #expect(target.path == path)
    }

    @Test(arguments: ["", "ftp://host/", "http://", "http:///path", "http://h/a b", "file:///etc/passwd", "/path"])
    func `other texts are no target`(url: String) { #expect(CallTarget(url) == nil) }

    @Test func `children keep the query`() throws {
        #expect(try #require(CallTarget("http://h/a?b=c")).child(7).path == "/a/7?b=c")
        #expect(try #require(CallTarget("http://h")).child(0).path == "/0")
    }

    @Test func `options become a policy`() throws {
        let options = try PolicyOptions.parse([
            "--attempts", "3", "--base", "1", "--factor", "1", "--jitter", "none", "--ignore-retry-after",
            "--deadline", "2.5", "--cap", "90s",
        ])
        let policy = try options.policy()
        #expect(policy.attempts == 3)
        #expect(policy.base == .seconds(1))
        #expect(policy.factor == 1)
        #expect(policy.jitter == .none)
        #expect(policy.retryAfter == .ignored)
        #expect(policy.deadline == .milliseconds(2500))
        #expect(policy.cap == .seconds(90))
        #expect(try PolicyOptions.parse([]).policy() == BackoffPolicy())
        #expect(try PolicyOptions.parse(["--jitter", "proportional:0.1"]).policy().jitter == .proportional(0.1))
        #expect(try PolicyOptions.parse(["--base", "10ms"]).policy().floor == .milliseconds(10))
    }

    @Test func `a made-up key is another one for each request and quoted`() throws {
        let options = try RequestOptions.parse(["--idempotency-key", "auto", "-H", "X-A:b", "-d", "x"])
        let target = try #require(CallTarget("http://h/"))
        let fields = (0..<100).map { _ in options.message(to: target, hasBody: true).headerFields }
        let keys = Set(fields.map { $0.first { $0.name.canonicalName == "idempotency-key" }?.value ?? "" })
        #expect(keys.count == 100)
        #expect(keys.allSatisfy { $0.count == 38 && $0.hasPrefix("\"") && $0.hasSuffix("\"") })
        #expect(options.message(to: target, hasBody: true).method.rawValue == "POST")
        #expect(options.message(to: target, hasBody: false).method.rawValue == "GET")
    }

    @Test(arguments: [
        (["call"], "Missing expected argument"), (["call", "ftp://h"], "is no URL of http or https"),
        (
            ["call", "h", "--attempts", "0", "--factor", "0"],
            "attempts must be at least 1; the factor must be at least 1"
        ),
        (["call", "h", "--jitter", "some"], "--jitter"), (["call", "h", "--base", "soon"], "--base"),
        (["call", "h", "-H", "no colon"], "write \"Name: value\""), (["call", "h", "-X", "a b"], "is no method"),
        (["call", "h", "--requests", "2", "--idempotency-key", "k"], "--idempotency-key auto"),
        (["call", "h", "--cap", "1s", "--base", "2s"], "--cap 1s is shorter than --base 2s"),
        (["call", "h", "--cap", "10ms"], "--cap 10ms is shorter than --base 500ms"),
        (["call", "h", "-q", "-v"], "--quiet and --verbose exclude each other"),
        (["call", "h", "--cert", "c.pem"], "--cert and --key belong together"),
        (["call", "h", "--proxy", "somewhere"], "a proxy is http://HOST:PORT"),
        (["call", "h", "--rate", "0"], "--rate"), (["call", "h", "-d", "x", "--data-file", "y"], "exclude each other"),
    ])
    func `a wrong command line is told and ends with 64`(arguments: [String], text: String) async {
        let output = Output()
        #expect(await Retrograde.run(arguments, in: output.context) == 64)
        #expect(output.diagnostics.contains(text))
        #expect(output.results.isEmpty)
    }

    @Test(.timeLimit(.minutes(10))) func `a server that cannot be reached ends with 2`() async {
        let output = Output()
        let arguments = ["call", "--attempts", "2", "--base", "1ms", "http://127.0.0.1:1/"]
        #expect(await Retrograde.run(arguments, in: output.context) == 2)
        #expect(output.diagnostics.contains("cannot connect · gave up: all 2 attempts failed (attempt 2 of 2)"))
    }

    @Test func `a verbose line says when and how long`() {
        var attempt = Self.attempt(2, .failure(.reset), nil, .wait(.milliseconds(312), .backoff))
        (attempt.started, attempt.ended) = (.zero + .milliseconds(1234), .zero + .milliseconds(1246))
        #expect(
            AttemptLine(of: 5, isVerbose: true).text(attempt)
                == "1.234 s  connection reset · waiting 312 ms (attempt 2 of 5), took 12 ms")
    }

    @Test(arguments: [
        (0, Optional(1000), 60, "0 %  0.0 of 0.0 MB  0.0 MB/s", 26),
        (1_500_000, 3_000_000, 60, "50 %  1.5 of 3.0 MB  0.8 MB/s", 26),
        (3_000_000, 3_000_000, 60, "100 %  3.0 of 3.0 MB  1.5 MB/s", 26), (1_500_000, nil, 60, "1.5 MB  0.8 MB/s", 0),
        (1_500_000, 3_000_000, 20, "50 %  1.5 of 3.0 M", 0),
    ])
    func `a bar fits into the terminal`(size: Int, length: Int?, columns: Int, text: String, cells: Int) {
        let bar = CallDisplay.bar(size, of: length, after: .seconds(2), columns: columns)
        #expect(bar.count <= columns)
        #expect(bar.contains(text))
        #expect(bar.filter { "█·".contains($0) }.count == cells)
        if let length { #expect(bar.filter { $0 == "█" }.count == size * cells / length) }
    }

    @Test func `a bar is drawn on a terminal only, and lines push it away`() {
        for isTerminal in [true, false] {
            let written = Mutex("")
            let sink = Context.Sink(isTerminal: isTerminal) { text in written.withLock { $0 += text } }
            let display = CallDisplay(sink, columns: 60)
            display.show(1, of: 2)
            display.say("line")
            display.clear()
            let text = written.withLock { $0 }
            #expect(text.hasSuffix(isTerminal ? " MB/s\r\u{1b}[2Kline\n" : "line\n"))
            #expect(text.hasPrefix(isTerminal ? "\r\u{1b}[2K[" : "line"))
        }
    }

    @Test func `many calls are summed up`() {
        #expect(ManySummary().text(elapsed: .milliseconds(2300)) == "0 of 0 answered, 0 requests sent, in 2.3 s")
    }
}
