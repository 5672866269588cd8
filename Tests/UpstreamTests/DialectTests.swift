import Fixtures
import HTTPSemantics
import TestSupport
import Testing
import Upstream

/// What a dialect file can say, from its text to the bytes of a refusal.
struct DialectTests {
    private let request = UpstreamRequest(method: "GET", target: "/")

    /// An upstream of 2 requests and 30 units a minute, whose requests cost as X-Cost says, in a dialect.
    private func upstream(_ dialect: String, skew: String = "") throws -> Upstream {
        let text = """
            dialect: ./mine.yaml
            limits:
              requests: { quota: 2/1m, algorithm: fixed-window }
              units: { quota: 30/1h, algorithm: token-bucket, burst: 20, cost: header X-Cost, else: 1 }
            routes: [ { match: "* /*", limits: [requests, units], reply: { success: {} } } ]
            """
        let loader = FixtureLoader(dialects: [:], rules: [:]) { _ in .success(Array(dialect.utf8)) }
        let outcome = loader.load(Array(text.utf8), file: "test.yaml")
        let fixture = try #require(
            outcome.fixture, "\(outcome.diagnostics.map { $0.rendered(colour: false) }.joined())")
        return Upstream(fixture: fixture, wall: .example)
    }

    /// The last reply of a number of requests in the first second.
    private func reply(
        _ count: Int, in dialect: String, cost: String = "1", at now: Instant = .zero
    ) throws -> RenderedReply {
        var upstream = try upstream(dialect)
        let request = UpstreamRequest(method: "GET", target: "/", fields: FieldBlock([("X-Cost", cost)]))
        for _ in 1..<count { _ = upstream.decide(request, at: .zero) }
        let plan = upstream.decide(request, at: now)
        return upstream.render(plan, for: request, at: now)
    }

    private static func announcing(_ header: String) -> String {
        "name: mine\nheaders: [ \(header) ]\nrefusals: [ { status: 429 } ]"
    }

    @Test(arguments: [
        (#"{ name: A, list: "{{limit.capacity}};w={{limit.window}}" }"#, "2;w=60, 20;w=3600"),
        (
            #"{ name: A, value: "{{limit.capacity}}", list: "{{limit.capacity}};w={{limit.window}}" }"#,
            "2, 2;w=60, 20;w=3600"
        ),
        (#"{ name: A, value: "{{limit.remaining}}", limit: units }"#, "19"),
        (#"{ name: A, value: "{{limit.remaining}}", limit: absent }"#, nil),
        (#"{ name: A, value: "true", when: near-limit }"#, nil),
        (#"{ name: A, value: "{{limit.used}}/{{limit.capacity}}" }"#, "1/2"),
        (#"{ name: A, value: "{{limit.remaining | decimal}}" }"#, "1.0"),
        (#"{ name: A, value: "{{limit.per-minute}}", list: "{{limit.per-minute}}" }"#, "2, 2, 1"),
        (#"{ name: A, value: "{{limit.per-second | decimal}}" }"#, "1.0"),
    ]) func `says of limits what its headers say`(header: String, value: String?) throws {
        #expect(try reply(1, in: Self.announcing(header)).fields["A"] == value)
    }

    @Test func `names requests by a UUID`() throws {
        let uuid = Array(
            try #require(try reply(1, in: Self.announcing(#"{ name: A, value: "{{uuid}}" }"#)).fields["A"]))
        #expect(uuid.count == 36)
        #expect(uuid[14] == "4")
        #expect(uuid[19] == "a")
    }

    @Test func `says that a limit is near where less than a fifth is left`() throws {
        let dialect = Self.announcing(#"{ name: A, value: "{{limit.name}}", when: near-limit }"#)
        #expect(try reply(1, in: dialect, cost: "16").fields["A"] == nil)
        #expect(try reply(1, in: dialect, cost: "17").fields["A"] == "units")
        #expect(try reply(2, in: dialect).fields["A"] == "requests")
    }

    @Test(arguments: [
        ("seconds", "60"), ("milliseconds", "59250"), ("decimal-seconds", "59.25"), ("go-duration", "59.25s"),
        ("protobuf-duration", "59.25s"), ("epoch-seconds", "784111837"), ("epoch-decimal-seconds", "784111837.000"),
        ("epoch-milliseconds", "784111837000"), ("rfc3339", "1994-11-06T08:50:37Z"),
        ("iso-minute", "1994-11-06T08:51Z"), ("imf-fixdate", "Sun, 06 Nov 1994 08:50:37 GMT"),
        ("rfc850", "Sunday, 06-Nov-94 08:50:37 GMT"), ("asctime", "Sun Nov  6 08:50:37 1994"),
        ("imf-fixdate-utc", "Sun, 06 Nov 1994 08:50:37 UTC"),
    ]) func `announces the wait in its format`(format: String, text: String) throws {
        let dialect = "name: mine\nrefusals: [ { status: 429, hint: { header: A, format: \(format) } } ]"
        #expect(try reply(3, in: dialect, at: .zero + .milliseconds(750)).fields["A"] == text)
    }

    @Test(arguments: [
        // Of the two limits the bucket decides: it gains a unit every two minutes, lacks 10 and is full with 15 more.
        ("from: retry", "1200"), ("from: reset", "1800"), ("from: 30s", "30"), ("lie: zero", "0"),
        ("lie: short", "600"), ("lie: long", "2400"), ("header: none", nil),
    ]) func `announces what it wants one to believe`(hint: String, seconds: String?) throws {
        let dialect = "name: mine\nrefusals: [ { status: 429, hint: { \(hint) } } ]"
        #expect(try reply(2, in: dialect, cost: "15").fields["Retry-After"] == seconds)
    }

    @Test func `refuses by the limit and the cause`() throws {
        let dialect = """
            name: mine
            refusals:
              - { cause: too-large, status: 413, retryable: false }
              - { limit: units, cause: rate, status: 430 }
              - { status: 429 }
            """
        #expect(try reply(3, in: dialect).status == 429)
        #expect(try reply(2, in: dialect, cost: "15").status == 430)
        let tooLarge = try reply(1, in: dialect, cost: "21")
        #expect(tooLarge.status == 413)
        #expect(tooLarge.fields["Retry-After"] == nil)
    }

    @Test func `escapes what requests bring for the type of a text body`() throws {
        func body(_ type: String) throws -> String {
            let dialect = """
                name: mine
                refusals: [ { status: 429, headers: { Content-Type: "\(type)" }, text: "{{header.X-Cost}}" } ]
                """
            return String(decoding: try reply(3, in: dialect, cost: "<&\"").body, as: UTF8.self)
        }
        #expect(try body("text/plain") == "<&\"")
        #expect(try body("application/xml") == "&lt;&amp;&quot;")
        #expect(try body("text/html; charset=utf-8") == "&lt;&amp;&quot;")
        #expect(try body("application/json") == "<&\\\"")
    }

    @Test func `lends its clock's skew to fixtures that have none`() throws {
        let dialect = "name: mine\nclock: { skew: 90s }\nrefusals: [ { status: 429 } ]"
        #expect(try upstream(dialect).fixture.clockSkew == .seconds(90))
    }

    @Test(arguments: [
        ("{ status: 429, hint: { format: decimal } }", "a wait has no format \"decimal\""),
        ("{ status: 429, hint: { from: 30s, lie: long } }", "a constant wait is what it is"),
        ("{ status: 429, hint: { from: soon } }", "expected retry, reset or a duration such as 30s"),
        ("{ status: 429, hint: { lie: big } }", "unknown lie \"big\""),
        ("{ status: 429, cause: traffic }", "unknown cause \"traffic\""),
        ("{ status: 429, retryable: maybe }", "expected true or false"),
        ("{ status: 429 }, { limit: a, status: 430 }", "this refusal is never used: one above it takes every limit"),
        ("{ cause: rate, status: 429 }, { limit: a, cause: rate, status: 430 }", "takes every refusal by rate"),
    ]) func `is told what is wrong`(refusals: String, message: String) {
        let text = "name: mine\nrefusals: [ \(refusals) ]"
        let (dialect, diagnostics) = DialectLoader().load(Array(text.utf8), file: "mine.yaml")
        #expect(dialect == nil)
        #expect(diagnostics.contains { $0.message.contains(message) }, "\(diagnostics.map(\.message))")
    }

    @Test(arguments: [
        ("{ name: A }", "needs \"value\" or \"list\""),
        ("{ name: A, list: a, for-each-limit: true }", "a list holds every limit already"),
        (#"{ name: A, value: "{{limit.name | seconds}}" }"#, "takes none"),
    ]) func `is told what is wrong with a header`(header: String, message: String) {
        let (dialect, diagnostics) = DialectLoader().load(Array(Self.announcing(header).utf8), file: "mine.yaml")
        #expect(dialect == nil)
        #expect(diagnostics.contains { $0.message.contains(message) }, "\(diagnostics.map(\.message))")
    }
}
