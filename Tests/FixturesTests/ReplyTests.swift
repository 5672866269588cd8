import Fixtures
import HTTPSemantics
import TestSupport
import Testing

struct ReplyTests {
    private func reply(_ text: String, match: String = "GET /") throws -> Reply {
        let fixture = try Fixture.parsed("routes: [ { match: \(match), reply: \(text) } ]")
        return try #require(fixture.routes.first?.replies.first)
    }

    private func literal(_ text: String) throws -> ResponseTemplate {
        guard case .literal(let response) = try reply(text).content else {
            throw BrokenFixture(description: "not a literal response")
        }
        return response
    }

    @Test(arguments: [
        ("2s", RetryAfterScript.seconds(.seconds(2))), ("0s", .seconds(.zero)), ("0", .seconds(.zero)),
        ("1500ms", .seconds(.milliseconds(1500))), ("1m30s", .seconds(.seconds(90))), ("none", .absent),
        ("{ date: 3s }", .date(.seconds(3), form: .imfFixdate)),
        ("{ date: 3s, form: rfc850 }", .date(.seconds(3), form: .rfc850)),
        ("{ date: -1h, form: asctime }", .date(.seconds(-3600), form: .asctime)),
        ("{ date: { after-date: 3s } }", .dateAfterDate(.seconds(3), form: .imfFixdate)),
        ("{ date: { after-date: 0s }, form: rfc850 }", .dateAfterDate(.zero, form: .rfc850)),
        ("{ raw: soon }", .raw("soon")), ("{ raw: \"\" }", .raw("")), ("{ raw: 1.5 }", .raw("1.5")),
        ("{ raw: \" 2 \" }", .raw(" 2 ")), ("{ raw: \"2, 3\" }", .raw("2, 3")),
    ]) func `reads every form of Retry-After`(text: String, script: RetryAfterScript) throws {
        #expect(try reply("{ status: 429, retry-after: \(text) }").retryAfter == script)
        #expect(try reply("{ refusal: { retry-after: \(text) } }").retryAfter == script)
        #expect(try reply("{ refusal: {}, retry-after: \(text) }").retryAfter == script)
    }

    @Test func `leaves the hint of a refusal to the dialect`() throws {
        #expect(try reply("{ refusal: {} }") == Reply(content: .refusal(limit: nil)))
        #expect(try reply("{ refusal: }") == Reply(content: .refusal(limit: nil)))
    }

    @Test func `reads how a reply is sent`() throws {
        let reply = try reply(
            """
            { times: 3, success: {}, delay: 120ms, send-at: { phase: 100ms },
              hold-until: { parked: 20, group: herd, at-most: 5s } }
            """)
        #expect(
            reply
                == Reply(
                    times: 3, content: .success(overriding: ResponseOverride()), delay: .milliseconds(120),
                    sendPhase: .milliseconds(100), hold: Hold(parked: 20, group: "herd", atMost: .seconds(5))))
    }

    @Test(
        arguments: [
            ("request-headers", Fault.Point.requestHeaders), ("request 100 B", .requestBytes(100)),
            ("request", .request),
            ("headers 50 %", .headers(percent: 50)), ("headers", .headers), ("0 B", .bytes(0)), ("10B", .bytes(10)),
            ("50 %", .percent(50)), ("100%", .percent(100)),
        ], [Fault.Action.reset, .close, .stall, .garbage])
    func `reads a fault`(_ point: (text: String, point: Fault.Point), action: Fault.Action) throws {
        let fault = Fault(point: point.point, action: action)
        let reply = try reply("{ fault: { after: \(point.text), then: \(action.rawValue) } }")
        let content: Reply.Content = fault.isSilent ? .nothing : .success(overriding: ResponseOverride())
        #expect(reply == Reply(content: content, fault: fault))
    }

    @Test func `reads a trickle of any reply`() throws {
        let reply = try reply("{ status: 503, fault: { after: headers, then: trickle, every: 5ms, bytes: 3 } }")
        #expect(
            reply
                == Reply(
                    content: .literal(ResponseTemplate(status: 503)),
                    fault: Fault(
                        point: .headers, action: .trickle, pace: Pace(bytes: 3, every: .milliseconds(5)))))
    }

    @Test(arguments: [
        ("informational: [103, 102]", Delivery(informational: [103, 102])),
        ("framing: chunked", Delivery(framing: .chunked)),
        ("framing: close-delimited", Delivery(framing: .closeDelimited)),
        ("framing: { content-length: 5 }", Delivery(framing: .contentLength(["5"]))),
        ("framing: { content-length: [10, ten, \"\"] }", Delivery(framing: .contentLength(["10", "ten", ""]))),
        ("malformed: last-chunk", Delivery(malformation: .lastChunk)),
        ("bandwidth: 50B/s", Delivery(pace: Pace(bytes: 1, every: .milliseconds(20)))),
        ("bandwidth: 10kB/s", Delivery(pace: Pace(bytes: 100, every: .milliseconds(10)))),
        ("bandwidth: 1 MB/s", Delivery(pace: Pace(bytes: 10_000, every: .milliseconds(10)))),
    ]) func `reads how a reply is delivered`(text: String, delivery: Delivery) throws {
        #expect(try reply("{ success: {}, \(text) }").delivery == delivery)
    }

    @Test(arguments: [
        ("{ uniform: [50ms, 2s] }", Delay.uniform(.milliseconds(50), .seconds(2))),
        ("{ normal: { mean: 1s, deviation: 20ms } }", .normal(mean: .seconds(1), deviation: .milliseconds(20))),
        ("{ lognormal: { median: 1s, sigma: 0.5 } }", .lognormal(median: .seconds(1), sigma: 0.5)),
        ("{ measured: [1s, 1.5s] }", .measured([.seconds(1), .milliseconds(1500)])),
    ]) func `reads a distribution`(text: String, delay: Delay) throws {
        #expect(try reply("{ success: {}, delay: \(text) }").delay == delay)
    }

    @Test func `keeps the fields in order and repeats those with several values`() throws {
        let response = try literal("{ status: 503, headers: { X-B: 1, Set-Cookie: [a=1, b=2], X-A: yes } }")
        #expect(
            response.fields
                == [("X-B", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-A", "yes")].map {
                    FieldTemplate(name: Template($0.0), value: Template($0.1))
                })
    }

    @Test(arguments: [
        ("{ a: 1, b: [true, null, -2.5e3] }", #"{"a":1,"b":[true,null,-2.5e3]}"#),
        // What YAML 1.1 takes for numbers and truth values is text here, as in JSON.
        (
            "[12:30, yes, 017, 1_000, 0x10, .5, 1., +1, .inf, 08]",
            #"["12:30","yes","017","1_000","0x10",".5","1.","+1",".inf","08"]"#
        ),
        ("[\"1\", 'true', ~]", #"["1","true",null]"#), ("{}", "{}"), ("text", #""text""#), ("", "null"),
        ("\"a\\\"b\\\\c\\n\\u0001\"", #""a\"b\\c\n\u0001""#), ("{ \"k\\\"\": é }", #"{"k\"":"é"}"#),
        ("12345678901234567890123", "12345678901234567890123"),
    ]) func `writes a json body by the types of JSON`(text: String, json: String) throws {
        #expect(try literal("{ status: 200, json: \(text) }").body == .json(Template(json)))
    }

    @Test func `leaves placeholders inside the strings of a json body`() throws {
        guard
            case .json(let template) = try literal("{ status: 200, json: { a: \"<{{id}}>\", b: [\"{{json/x~1y}}\"] } }")
                .body
        else { throw BrokenFixture(description: "not a json body") }
        #expect(
            template.segments == [
                .literal(Array(#"{"a":"<"#.utf8)), .placeholder(.id), .literal(Array(#">","b":[""#.utf8)),
                .placeholder(.json(pointer: ["x/y"])), .literal(Array(#""]}"#.utf8)),
            ])
    }

    @Test func `takes the bytes of a file, with the type of its name`() throws {
        let loader = FixtureLoader(dialects: FixtureLoader.shipped().dialects, rules: [:]) { path in
            path == "bodies/slow.xml" ? .success([1, 2, 3]) : .failure(.init(reason: "does not exist"))
        }
        let text = "routes: [ { match: GET /, reply: { status: 503, file: bodies/slow.xml } } ]"
        let fixture = try #require(loader.load(Array(text.utf8), file: "x.yaml").fixture)
        let response = ResponseTemplate(status: 503, body: .bytes([1, 2, 3], contentType: "application/xml"))
        #expect(fixture.routes[0].replies[0].content == .literal(response))
    }

    @Test func `overrides parts of the success`() throws {
        let override = ResponseOverride(
            status: 201, fields: [FieldTemplate(name: Template("Location"), value: Template("/1"))],
            body: .text(Template("made")))
        #expect(
            try reply("{ success: { status: 201, headers: { Location: /1 }, text: made } }").content
                == .success(overriding: override))
    }
}
