import Fixtures
import HTTPSemantics
import RateLimiting
import TestSupport
import Testing
import Upstream

/// How a wait is announced: in every form, at the instant of sending, never too short.
struct RetryAfterRenderingTests {
    private let get = UpstreamRequest(method: "GET", target: "/")
    /// The line begins at 08:49:37.25.
    private let wall = WallLine(origin: WallTime(secondsSinceEpoch: 784_111_777, nanoseconds: 250_000_000))

    private func render(_ reply: Reply, dialect: Dialect = .bare, at now: Instant) -> RenderedReply {
        var upstream = Upstream(fixture: .scripted([reply], dialect: dialect), wall: wall)
        let plan = upstream.decide(get, at: .zero)
        return upstream.render(plan, for: get, at: now)
    }

    struct Case: CustomTestStringConvertible {
        var script: RetryAfterScript?
        var sentAfter: Duration
        var date: String
        var retryAfter: String?
        var testDescription: String { "\(script.map { "\($0)" } ?? "nothing"), sent after \(sentAfter)" }

        init(_ script: RetryAfterScript?, sentAfter: Duration = .zero, date: String = "37", _ retryAfter: String?) {
            self.script = script
            self.sentAfter = sentAfter
            self.date = "Sun, 06 Nov 1994 08:49:\(date) GMT"
            self.retryAfter = retryAfter
        }
    }

    private static let cases = [
        Case(nil, nil),
        Case(.absent, nil),
        Case(.seconds(.seconds(2)), "2"),
        Case(.seconds(.milliseconds(2001)), "3"),
        Case(.seconds(.zero), "0"),
        // 37.25 + 3 = 40.25, so 41.
        Case(.date(.seconds(3), form: .imfFixdate), "Sun, 06 Nov 1994 08:49:41 GMT"),
        Case(.date(.seconds(3), form: .rfc850), "Sunday, 06-Nov-94 08:49:41 GMT"),
        Case(.date(.seconds(3), form: .asctime), "Sun Nov  6 08:49:41 1994"),
        Case(
            .date(.seconds(3), form: .imfFixdate), sentAfter: .milliseconds(750), date: "38",
            "Sun, 06 Nov 1994 08:49:41 GMT"),
        Case(
            .date(.seconds(3), form: .imfFixdate), sentAfter: .milliseconds(751), date: "38",
            "Sun, 06 Nov 1994 08:49:42 GMT"),
        Case(.date(.seconds(-60), form: .imfFixdate), "Sun, 06 Nov 1994 08:48:38 GMT"),
        // The sent Date, 37, and 3 s.
        Case(.dateAfterDate(.seconds(3), form: .imfFixdate), "Sun, 06 Nov 1994 08:49:40 GMT"),
        Case(.dateAfterDate(.milliseconds(2500), form: .imfFixdate), "Sun, 06 Nov 1994 08:49:40 GMT"),
        Case(.raw("soon"), "soon"),
        Case(.raw(""), ""),
        Case(.raw("1\r\nX-Injected: 1"), "1  X-Injected: 1"),
    ]

    @Test(arguments: cases)
    func `a script's wait on a literal reply`(_ example: Case) {
        let reply = render(.status(503, retryAfter: example.script), at: .zero + example.sentAfter)
        #expect(reply.status == 503)
        #expect(reply.fields["Date"] == example.date)
        #expect(reply.fields["Retry-After"] == example.retryAfter)
        #expect(reply.fields.count == (example.retryAfter == nil ? 1 : 2))
    }

    @Test(arguments: cases)
    func `a script's wait on the dialect's refusal`(_ example: Case) {
        let reply = render(.refused(retryAfter: example.script), at: .zero + example.sentAfter)
        #expect(reply.status == 429)
        #expect(reply.fields["Retry-After"] == example.retryAfter)
        #expect(reply.fields["Content-Type"] == "text/plain; charset=utf-8")
    }

    private static func dialect(_ hint: Dialect.Hint, body: BodyTemplate = .none) -> Dialect {
        Dialect(
            name: "d", title: "D", refusals: [.init(response: ResponseTemplate(status: 400, body: body), hint: hint)])
    }

    @Test(arguments: [
        (ValueFormat.plain, "2"), (.seconds, "2"), (.milliseconds, "1501"), (.decimalSeconds, "1.501"),
        (.goDuration, "1.501s"), (.epochSeconds, "784111779"), (.epochMilliseconds, "784111778751"),
        (.rfc3339, "1994-11-06T08:49:39Z"), (.imfFixdate, "Sun, 06 Nov 1994 08:49:39 GMT"),
    ])
    func `a dialect has its own field and form, rounded up`(_ format: ValueFormat, _ value: String) {
        let dialect = Self.dialect(Dialect.Hint(field: "x-retry", format: format))
        let wait = RetryAfterScript.seconds(.nanoseconds(1_500_000_001))
        let reply = render(.refused(retryAfter: wait), dialect: dialect, at: .zero)
        #expect(reply.status == 400)
        #expect(reply.fields["x-retry"] == value)
        #expect(reply.fields["Retry-After"] == nil)
        // A date is asked for by name, so it stands where dates stand.
        let dated = render(.refused(retryAfter: .date(.zero, form: .imfFixdate)), dialect: dialect, at: .zero)
        #expect(dated.fields["Retry-After"] == "Sun, 06 Nov 1994 08:49:38 GMT")
    }

    @Test func `a dialect without a field says the wait in its body`() {
        let body = BodyTemplate.json(
            Template(segments: [
                .literal(Array(#"{"retryDelay":""#.utf8)), .placeholder(.retryAfter(.goDuration)),
                .literal(Array(#""}"#.utf8)),
            ]))
        let dialect = Self.dialect(Dialect.Hint(field: nil), body: body)
        let reply = render(.refused(retryAfter: .seconds(.seconds(90))), dialect: dialect, at: .zero)
        #expect(String(decoding: reply.body, as: UTF8.self) == #"{"retryDelay":"1m30s"}"#)
        #expect(reply.fields["Retry-After"] == nil)
        let silent = render(.refused(), dialect: dialect, at: .zero)
        #expect(String(decoding: silent.body, as: UTF8.self) == #"{"retryDelay":""}"#)
    }

    @Test func `a script's wait takes the place of the response's own field`() {
        let response = ResponseTemplate(
            status: 503, fields: [FieldTemplate(name: Template("retry-after"), value: Template("60"))])
        for (script, expected) in [(nil, ["60"]), (.seconds(.seconds(2)), ["2"]), (.absent, [])]
            as [(RetryAfterScript?, [String])]
        {
            let reply = render(Reply(content: .literal(response), retryAfter: script), at: .zero)
            #expect(reply.fields.values(of: "Retry-After") == expected)
        }
    }

    @Test func `a limit's wait counts from the instant of sending`() {
        let limit = LimitDefinition(
            name: "l", policy: .fixedWindow(quota: 1, window: .seconds(10), start: .firstRequest))
        var upstream = Upstream(fixture: .scripted(limits: [limit]), wall: wall)
        _ = upstream.decide(get, at: .zero)
        let plan = upstream.decide(get, at: .seconds(1))
        for (sent, value) in [(1000, "9"), (1001, "9"), (2000, "8"), (9999, "1"), (10_000, "0"), (11_000, "0")] {
            let reply = upstream.render(plan, for: get, at: .zero + .milliseconds(sent))
            #expect(reply.fields["Retry-After"] == value, "sent after \(sent) ms")
        }
    }
}
