import Fixtures
import HTTPSemantics
import Journal
import TestSupport
import Testing

@testable import Upstream

/// Replies that are made of the request, or of files.
struct ReplyKindTests {
    private func answer(_ fixture: Fixture, _ request: UpstreamRequest) -> RenderedReply {
        var upstream = Upstream(
            fixture: fixture, wall: .example, redaction: Redaction { _ in "digest" })
        return upstream.render(upstream.decide(request, at: .zero), for: request, at: .zero)
    }

    private func text(_ reply: RenderedReply) -> String { String(decoding: reply.body, as: UTF8.self) }

    struct Echoed: CustomTestStringConvertible {
        var body: [UInt8]
        var content: String
        var testDescription: String { content }

        init(_ body: some Sequence<UInt8>, _ content: String) {
            self.body = Array(body)
            self.content = content
        }
    }

    @Test(arguments: [
        Echoed("".utf8, ""),
        Echoed(#"{"a": [1, "x"]}"#.utf8, #","json":{"a": [1, "x"]}"#),
        Echoed(#" "quoted" "#.utf8, #","json":"quoted""#),
        Echoed("plain \"text\"\n".utf8, #","text":"plain \"text\"\u000a""#),
        Echoed([0xFF, 0x00], ""),
        Echoed("a\u{0}b".utf8, ""),
        Echoed(
            String(repeating: "é", count: 40_000).utf8,
            ",\"text\":\"\(String(repeating: "é", count: 32_768))\",\"truncated\":true"),
    ])
    func `echoes what arrived, with its secrets unreadable`(_ echoed: Echoed) throws {
        let fixture = try Fixture.parsed("routes: [ { match: '* /*', reply: { status: 201, echo: true } } ]")
        var request = UpstreamRequest(
            method: "PUT", target: "/a?b=\"c\"&key=1", fields: FieldBlock([("Authorization", "me"), ("X", "\u{7f}y")]),
            body: echoed.body)
        request.bodyDigest = "abc"
        let reply = answer(fixture, request)
        #expect(reply.status == 201)
        #expect(reply.fields.values(of: "Content-Type") == ["application/json"])
        #expect(
            text(reply) == #"{"method":"PUT","target":"/a?b=\"c\"&key=redacted:digest","#
                + #""fields":[["Authorization","redacted:digest"],["X","\#u{7f}y"]],"#
                + #""body":{"length":\#(echoed.body.count),"sha256":"abc"\#(echoed.content)}}"#)
        #expect(JSONScanner.value(at: ["body", "length"], in: reply.body) != nil)
    }

    private var files: Fixture {
        let files = StaticFiles([
            "index.html": .init(Array("<p>".utf8), contentType: "text/html"),
            "a b/c.txt": .init(Array("c".utf8), contentType: "text/plain"), ".hidden": .init([], contentType: "x"),
        ])
        return .routed([Route("GET /files/*", Reply(content: .files(files)))])
    }

    @Test(arguments: [
        ("/files/", 200), ("/files", 200), ("/files/index.html", 200), ("/files/a%20b/c.txt", 200),
        ("/files/a%20b/%63.txt", 200), ("/files/.hidden", 200), ("/files/c.txt", 404), ("/files/a%20b", 404),
        ("/files/a%20b%2Fc.txt", 404), ("/files/../files/index.html", 404), ("/files/a%20b/../index.html", 404),
        ("/files/%2e%2e/index.html", 404), ("/files/./index.html", 404), ("/files//index.html", 404),
        ("/files/index.html%00", 404), ("/files/INDEX.html", 404),
    ])
    func `serves the files that it holds and nothing else`(_ target: String, _ status: Int) {
        let request = UpstreamRequest(method: "GET", target: target)
        let reply = answer(files, request)
        #expect(reply.status == status)
        var upstream = Upstream(fixture: files, wall: .example)
        #expect(upstream.decide(request, at: .zero).status == status)
    }

    @Test func `files have types, tags and parts`() {
        let request = UpstreamRequest(
            method: "GET", target: "/files/index.html", fields: FieldBlock([("Range", "bytes=1-")]))
        let reply = answer(files, request)
        #expect(reply.status == 206 && text(reply) == "p>")
        #expect(reply.fields.values(of: "Content-Type") == ["text/html"])
        #expect(reply.fields.values(of: "ETag") == [StaticFiles.File.entityTag(of: Array("<p>".utf8))])
    }

    @Test(arguments: [
        ("{{attempt | json}}", "1"), ("{{json/n | json}}", "1.50"), ("{{json/list | json}}", #"[{"a":true}]"#),
        ("{{json/text | json}}", #""a \"b\"""#), ("{{json/absent | json}}", "null"), ("{{query.n | json}}", "-7"),
        ("{{query.list | json}}", #""[1]""#), ("{{query.spaced | json}}", #"" 1""#),
        ("{{query.absent | json}}", "null"),
        ("{{header.x-flag | json}}", "true"), ("{{now | epoch-seconds | json}}", "784111777"),
        ("{{now | json}}", #""1994-11-06T08:49:37Z""#), ("{{json/n}}", #""1.50""#),
    ])
    func `a placeholder can be a whole value of JSON`(_ placeholder: String, _ value: String) throws {
        let fixture = try Fixture.parsed(
            "routes: [ { match: '* /*', reply: { status: 200, json: { v: '\(placeholder)', w: [1] } } } ]")
        let request = UpstreamRequest(
            method: "POST", target: "/?n=-7&list=[1]&spaced=%201", fields: FieldBlock([("X-Flag", "true")]),
            body: Array(#"{"text":"a \"b\"","n":1.50,"list":[{"a":true}]}"#.utf8))
        #expect(text(answer(fixture, request)) == #"{"v":\#(value),"w":[1]}"#)
    }

    @Test(arguments: [
        ("header: { X-Mode: slow }", true), ("header: { x-mode: Slow }", false), ("header: { X-Other: slow }", false),
        ("query: { page: '2' }", true), ("query: { page: 2 }", true), ("query: { page: 3 }", false),
        ("json: { /model: gpt-4 }", true), ("json: { /model: { contains: gpt } }", true),
        ("json: { /model: { contains: llama } }", false), ("json: { /n: { equals: 3 } }", true),
        ("json: { /n: { present: false } }", false), ("json: { /m: { present: false } }", true),
        ("header: { X-Mode: slow }, query: { page: 3 }", false), ("header: { X-Mode: slow }, chance: 100 %", true),
    ])
    func `a condition can ask for the request`(_ condition: String, _ holds: Bool) throws {
        let fixture = try Fixture.parsed(
            "routes: [ { match: '* /*', replies: [ { when: { \(condition) }, status: 418 }, { success: {} } ] } ]")
        let request = UpstreamRequest(
            method: "POST", target: "/?page=2", fields: FieldBlock([("X-Mode", "slow")]),
            body: Array(#"{"model":"gpt-4","n":3}"#.utf8))
        #expect(answer(fixture, request).status == (holds ? 418 : 200))
    }

    @Test func `filler is so many bytes, the same every time`() throws {
        let fixture = try Fixture.parsed("routes: [ { match: '* /*', reply: { status: 200, filler: 2 KiB } } ]")
        let request = UpstreamRequest(method: "GET", target: "/")
        #expect(answer(fixture, request).body.count == 2048)
        #expect(answer(fixture, request) == answer(fixture, request))
        let shorter = try Fixture.parsed("routes: [ { match: '* /*', reply: { status: 200, filler: 2047 B } } ]")
        #expect(answer(shorter, request).body != answer(fixture, request).body.dropLast())
    }
}
