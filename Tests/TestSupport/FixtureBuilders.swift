public import Fixtures
public import HTTPSemantics

// Short ways to write fixtures in tests. What a fixture file can say, its own tests say through files.

extension Fixture {
    /// An upstream of one route that answers everything, unless routes are given.
    public static func scripted(
        _ replies: [Reply] = [.ok], ending: ScriptEnding = .hold, scope: ScriptScope = .route,
        limits: [LimitDefinition] = [], dialect: Dialect = .bare, caller: CallerIdentity = .everyone
    ) -> Fixture {
        Fixture(
            name: "test", dialect: dialect, caller: caller, success: .ok, limits: limits,
            routes: [
                Route(
                    match: .everything, limits: Array(limits.indices), replies: replies, ending: ending,
                    scriptScope: scope)
            ])
    }

    public static func routed(_ routes: [Route], limits: [LimitDefinition] = []) -> Fixture {
        Fixture(name: "test", dialect: .bare, success: .ok, limits: limits, routes: routes)
    }
}

extension Dialect {
    /// 429 with Retry-After in seconds, and nothing else.
    public static let bare = Dialect(
        name: "bare", title: "Bare",
        refusals: [Refusal(response: ResponseTemplate(status: 429, body: .text(Template("slow down\n"))))])
}

extension ResponseTemplate {
    public static let ok = ResponseTemplate(status: 200, body: .text(Template("ok\n")))
}

extension Reply {
    public static let ok = Reply(content: .success(overriding: ResponseOverride()))

    /// The dialect's refusal, a number of times.
    public static func refused(_ times: Int = 1, retryAfter: RetryAfterScript? = nil) -> Reply {
        Reply(times: times, content: .refusal(limit: nil), retryAfter: retryAfter)
    }

    /// Exactly a status.
    public static func status(_ status: Int, times: Int = 1, retryAfter: RetryAfterScript? = nil) -> Reply {
        Reply(times: times, content: .literal(ResponseTemplate(status: status)), retryAfter: retryAfter)
    }
}

extension Delay {
    public static func milliseconds(_ count: Int) -> Delay { .fixed(.milliseconds(count)) }
    public static func seconds(_ count: Int) -> Delay { .fixed(.seconds(count)) }
}

extension RoutePattern {
    public static let everything = RoutePattern(method: nil, segments: [.rest], text: "* /*")

    /// Reads `POST /v1/models/{id}` in the simplest way.
    public init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        let segments = parts[1].dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            segment -> Segment in
            if segment == "*" { return .rest }
            if segment.hasPrefix("{") { return .parameter(String(segment.dropFirst().dropLast())) }
            return .literal(String(segment))
        }
        self.init(method: parts[0] == "*" ? nil : String(parts[0]), segments: segments, text: text)
    }
}

extension Route {
    public init(_ pattern: String, limits: [Int] = [], _ replies: Reply...) {
        self.init(match: RoutePattern(pattern), limits: limits, replies: replies.isEmpty ? [.ok] : replies)
    }
}

extension WallLine {
    /// The line begins at 1994-11-06T08:49:37Z, the time of RFC 9110's examples.
    public static let example = WallLine(origin: WallTime(secondsSinceEpoch: 784_111_777))
}

extension Instant {
    public static func seconds(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }
}
