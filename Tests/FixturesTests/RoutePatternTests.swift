import Fixtures
import TestSupport
import Testing

struct RoutePatternTests {
    @Test(
        arguments: [
            ("POST /v1/chat/completions", "POST", [.literal("v1"), .literal("chat"), .literal("completions")]),
            ("GET /v1/models/{id}", "GET", [.literal("v1"), .literal("models"), .parameter("id")]),
            ("* /*", nil, [.rest]), ("GET /", "GET", [.literal("")]),
            ("GET /a/", "GET", [.literal("a"), .literal("")]),
            ("PURGE /cache/*", "PURGE", [.literal("cache"), .rest]), ("GET /caf%C3%A9", "GET", [.literal("caf%C3%A9")]),
        ] as [(String, String?, [RoutePattern.Segment])])
    func `is a method and a path`(text: String, method: String?, segments: [RoutePattern.Segment]) throws {
        let fixture = try Fixture.parsed("routes: [ { match: \"\(text)\", reply: { success: {} } } ]")
        #expect(fixture.routes[0].match == RoutePattern(method: method, segments: segments, text: text))
    }

    @Test func `may share a path with another method`() throws {
        let fixture = try Fixture.parsed(
            """
            routes:
              - { match: GET /a, reply: { success: {} } }
              - { match: POST /a, reply: { success: {} } }
              - { match: "* /a", reply: { success: {} } }
              - { match: "GET /{a}", reply: { success: {} } }
              - { match: "GET /*", reply: { success: {} } }
            """)
        #expect(fixture.routes.count == 5)
    }
}
