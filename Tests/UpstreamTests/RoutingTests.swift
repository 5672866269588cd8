import Fixtures
import HTTPSemantics
import TestSupport
import Testing
import Upstream

/// A request goes to the most specific route that takes it, whatever the order of the file.
struct RoutingTests {
    private static let patterns = [
        "* /*",
        "GET /",
        "GET /v1/*",
        "GET /v1/models",
        "GET /v1/models/{id}",
        "DELETE /v1/models/{id}",
        "GET /v1/models/current",
        "POST /v1/models/{id}/copies",
        "GET /v1/{kind}/current",
        "HEAD /v1/models/current",
        "GET /caf%C3%A9/b",
        "GET /a/",
        "POST /only/posted",
    ]

    struct Case: CustomTestStringConvertible {
        var request: String
        var pattern: String
        var testDescription: String { request }

        init(_ request: String, _ pattern: String) {
            self.request = request
            self.pattern = pattern
        }
    }

    private static let cases = [
        Case("GET /", "GET /"),
        Case("GET /?a=/v1/models", "GET /"),
        Case("GET /v1", "GET /v1/*"),
        Case("GET /v1/", "GET /v1/*"),
        Case("GET /v1/a/b/c", "GET /v1/*"),
        Case("GET /v1/models", "GET /v1/models"),
        Case("GET /v1/models?x", "GET /v1/models"),
        Case("GET /v1/models/", "GET /v1/*"),
        Case("GET /v1/models/gpt", "GET /v1/models/{id}"),
        Case("GET /v1/models/current", "GET /v1/models/current"),
        Case("GET /v1/things/current", "GET /v1/{kind}/current"),
        Case("GET /v1/models/gpt/copies", "GET /v1/*"),
        Case("POST /v1/models/gpt/copies", "POST /v1/models/{id}/copies"),
        // The literal path has no DELETE, the parameter has.
        Case("DELETE /v1/models/current", "DELETE /v1/models/{id}"),
        Case("HEAD /v1/models/current", "HEAD /v1/models/current"),
        Case("HEAD /v1/models/gpt", "GET /v1/models/{id}"),
        Case("PUT /v1/models/gpt", "* /*"),
        // Methods are case-sensitive.
        Case("get /v1/models", "* /*"),
        // The same path, written otherwise; an encoded slash does not divide segments.
        Case("GET /v1/m%6Fdels", "GET /v1/models"),
        Case("GET /v1/models/a%2Fb", "GET /v1/models/{id}"),
        Case("GET /caf%c3%a9/b", "GET /caf%C3%A9/b"),
        Case("GET /v1/models/%zz", "GET /v1/models/{id}"),
        Case("GET //v1/models", "* /*"),
        Case("GET /a/", "GET /a/"),
        Case("GET /a", "* /*"),
        // Forms of other request lines (RFC 9112 section 3.2).
        Case("GET http://example.org/v1/models?x", "GET /v1/models"),
        Case("GET http://example.org", "GET /"),
        Case("OPTIONS *", "* /*"),
    ]

    private static func request(_ text: String) -> UpstreamRequest {
        let parts = text.split(separator: " ")
        return UpstreamRequest(method: String(parts[0]), target: String(parts[1]))
    }

    @Test(arguments: cases)
    func `takes the most specific route`(_ example: Case) {
        for patterns in [Self.patterns, Self.patterns.reversed()] {
            var upstream = Upstream(fixture: .routed(patterns.map { Route($0) }), wall: .example)
            let plan = upstream.decide(Self.request(example.request), at: .zero)
            guard case .script(let route, _) = plan.outcome else {
                Issue.record("no route was found")
                return
            }
            #expect(patterns[route] == example.pattern)
        }
    }

    @Test(arguments: [
        ("GET /nowhere?key=secret", "No route takes GET /nowhere.\n"),
        (
            "GET /only/posted",
            "No route takes GET /only/posted.\nThe path is known for other methods: POST.\n"
        ),
        (
            "PATCH /v1/models/current",
            "No route takes PATCH /v1/models/current.\nThe path is known for other methods: DELETE, GET, HEAD.\n"
        ),
    ])
    func `what no route takes is 404 and says what it knows`(_ text: String, _ body: String) {
        let routes = Self.patterns.dropFirst().map { Route($0) }
        var upstream = Upstream(fixture: .routed(routes), wall: .example)
        let request = Self.request(text)
        let plan = upstream.decide(request, at: .zero)
        #expect(plan == ReplyPlan(outcome: .unmatched, status: 404))
        let reply = upstream.render(plan, for: request, at: .zero)
        #expect(String(decoding: reply.body, as: UTF8.self) == body)
        #expect(reply.fields["Content-Type"] == "text/plain; charset=utf-8")
    }

    @Test func `a thousand routes do not disturb each other`() {
        let patterns = (0..<1000).flatMap { ["GET /a/\($0)/{x}", "POST /a/\($0)/end"] }
        var upstream = Upstream(fixture: .routed(patterns.map { Route($0) }), wall: .example)
        for number in 0..<1000 {
            let plan = upstream.decide(Self.request("GET /a/\(number)/end"), at: .zero)
            #expect(plan.outcome == .script(route: number * 2, reply: 0))
        }
    }

    @Test func `a deep path of parameters is decided without delay`() {
        let patterns = (0..<40).map { depth in "GET /" + String(repeating: "{x}/a/", count: depth) + "end" }
        var upstream = Upstream(fixture: .routed(patterns.map { Route($0) }), wall: .example)
        let path = "/" + String(repeating: "a/", count: 100_000)
        #expect(upstream.decide(Self.request("GET \(path)"), at: .zero).outcome == .unmatched)
    }
}
