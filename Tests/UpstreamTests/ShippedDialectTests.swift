import Fixtures
import HTTPSemantics
import TestSupport
import Testing
import Upstream

/// The exact bytes that every dialect puts on the wire, at a fixed time: for each route of its fixture the first
/// answer and the first refusal.
///
/// With RETROGRADE_RECORD=1 in the environment the tests write what is said now; read it before committing it.
struct ShippedDialectTests {
    static let paths = RepositoryFiles.files(in: "fixtures/dialects", endingWith: ".yaml")

    @Test func `each has a fixture that shows it`() throws {
        let shown = Set(try Self.paths.map { try Fixture.shipped($0).dialect.name })
        #expect(shown == Set(FixtureLoader.shipped().dialects.keys))
    }

    @Test(arguments: paths) func `looks on the wire as it did`(path: String) throws {
        let fixture = try Fixture.shipped(path)
        var text = ""
        for route in fixture.routes {
            // A lane of its own for each route, so that they do not take from each other's quotas.
            var upstream = Upstream(fixture: fixture, wall: .example)
            let request = Self.request(for: route.match)
            let replies = try Self.tellingReplies(of: &upstream, to: request)
            text += replies.map { "> \(request.method) \(String(decoding: request.target, as: UTF8.self))\n\($0)" }
                .joined()
        }
        let name = try #require(path.split(separator: "/").last).dropLast(".yaml".count)
        try expectSnapshot(text, at: "Tests/UpstreamTests/Snapshots/\(name).http")
    }

    @Test func `every refusal is shown by a fixture, but those of requests that are too large`() throws {
        var shown: Set<Dialect.Refusal> = []
        var all: Set<Dialect.Refusal> = []
        for path in Self.paths {
            let fixture = try Fixture.shipped(path)
            let refusals = fixture.dialect.refusals.filter { $0.cause != .tooLarge }
            all.formUnion(refusals)
            for route in fixture.routes {
                let names =
                    route.limits.map { fixture.limits[$0].name } + route.replies.compactMap(\.pretended)
                for name in names {
                    shown.formUnion(refusals.filter { $0.limit == name || $0.limit == nil }.prefix(1))
                }
            }
        }
        #expect(all.subtracting(shown).map { $0.limit ?? "any" } == [])
    }

    /// A scenario that plays "the dialect's refusal" means one that a client is to retry.
    @Test(arguments: [
        ("aws-s3", "< HTTP/1.1 503\n"), ("openai", "requests per min"), ("hubspot", "< HTTP/1.1 429\n"),
        ("github", "< HTTP/1.1 403\n"), ("stripe", "< HTTP/1.1 429\n"), ("plain", "< HTTP/1.1 429\n"),
    ]) func `a scripted refusal is the common one, of no special limit`(dialect: String, text: String) throws {
        let fixture = try Fixture.parsed(
            "routes: [ { match: POST /, reply: { refusal: {} } } ]", dialect: dialect)
        var upstream = Upstream(fixture: fixture, wall: .example)
        let request = Self.request(for: try #require(fixture.routes.first).match)
        let plan = upstream.decide(request, at: .zero)
        let reply = upstream.render(plan, for: request, at: .zero).text
        #expect(reply.contains(text), "\(reply)")
        #expect(!reply.contains("insufficient_quota") && !reply.contains("daily"))
    }

    private static func request(for pattern: RoutePattern) -> UpstreamRequest {
        let segments = pattern.segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .parameter(let name): name
            case .rest: "rest"
            }
        }
        return UpstreamRequest(
            method: pattern.method ?? "GET", target: "/" + segments.joined(separator: "/") + "?api-version=2024-10-21",
            fields: FieldBlock([("Authorization", "Bearer one"), ("Content-Type", "application/json")]),
            body: Array(#"{"model": "one", "max_tokens": 2000}"#.utf8))
    }

    /// The first reply, and the first of another kind within a day's requests.
    private static func tellingReplies(
        of upstream: inout Upstream, to request: UpstreamRequest
    ) throws -> [String] {
        func ask(_ upstream: inout Upstream, _ now: Instant) -> (outcome: ReplyPlan.Outcome, text: String) {
            let plan = upstream.decide(request, at: now)
            return (plan.outcome, upstream.render(plan, for: request, at: now).text)
        }
        let first = ask(&upstream, .zero)
        for _ in 0..<20_000 {
            let next = ask(&upstream, .zero + .milliseconds(250))
            if next.outcome != first.outcome { return [first.text, next.text] }
        }
        return [first.text]
    }
}

extension Reply {
    /// The limit whose refusal a script plays.
    fileprivate var pretended: String? { if case .refusal(let limit) = content { limit } else { nil } }
}

extension RenderedReply {
    /// As it stands on the wire, with line feeds for line ends.
    fileprivate var text: String {
        var text = "< HTTP/1.1 \(status)\n"
        for (name, value) in fields.strings { text += "\(name): \(value)\n" }
        return text + "\n" + String(decoding: body, as: UTF8.self) + "\n\n"
    }
}
