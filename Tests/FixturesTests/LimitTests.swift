import Fixtures
import RateLimiting
import TestSupport
import Testing

struct LimitTests {
    private func limit(_ text: String, dialect: String = "plain") throws -> LimitDefinition {
        let fixture = try Fixture.parsed(
            """
            dialect: \(dialect)
            limits: { a: \(text) }
            routes: [ { match: "GET /{id}", limits: [a], reply: { success: {} } } ]
            """)
        return try #require(fixture.limits.first)
    }

    @Test(arguments: [
        (
            "{ quota: 100/1m, algorithm: fixed-window }",
            LimitPolicy.fixedWindow(quota: 100, window: .seconds(60), start: .firstRequest)
        ),
        (
            "{ quota: 10/s, algorithm: fixed-window, window: calendar }",
            .fixedWindow(quota: 10, window: .seconds(1), start: .calendar)
        ),
        (
            "{ quota: 10000/1m, algorithm: token-bucket, burst: 2000 }",
            .tokenBucket(quota: 10000, window: .seconds(60), burst: 2000)
        ),
        (
            "{ quota: 5/250ms, algorithm: token-bucket }",
            .tokenBucket(quota: 5, window: .milliseconds(250), burst: 5)
        ),
        (
            "{ quota: 5/s, algorithm: token-bucket, queue: 9 }",
            .tokenBucket(quota: 5, window: .seconds(1), burst: 5, queue: 9)
        ),
        ("{ quota: 5/s, algorithm: sliding-window-log }", .slidingWindowLog(quota: 5, window: .seconds(1))),
        ("{ quota: 5/s, algorithm: sliding-window-counter }", .slidingWindowCounter(quota: 5, window: .seconds(1))),
        ("{ quota: 5/s, algorithm: gcra }", .gcra(quota: 5, window: .seconds(1))),
        (
            "{ quota: 5/s, algorithm: gcra, burst: 2, queue: 3 }",
            .gcra(quota: 5, window: .seconds(1), burst: 2, queue: 3)
        ),
        ("{ concurrent: 5 }", .concurrency(capacity: 5)),
    ]) func `reads an algorithm and its numbers`(text: String, policy: LimitPolicy) throws {
        #expect(try limit(text).policy == policy)
    }

    @Test(arguments: [
        ("", LimitDefinition.Cost.constant(1)), (", cost: 0", .constant(0)), (", cost: 7", .constant(7)),
        (", cost: json /max_tokens, else: 3", .json(pointer: ["max_tokens"], otherwise: 3)),
        (", cost: json /a~1b/0/~0", .json(pointer: ["a/b", "0", "~"], otherwise: 1)),
        (", cost: header X-Cost, else: 0", .header("X-Cost", otherwise: 0)), (", cost: body-bytes", .bodyBytes),
    ]) func `reads a cost`(text: String, cost: LimitDefinition.Cost) throws {
        #expect(try limit("{ quota: 10/s, algorithm: fixed-window\(text) }").cost == cost)
    }

    @Test(arguments: [
        ("", CallerIdentity?.none), (", key: everyone", .everyone), (", key: address", .address),
        (", key: header X-Key", .header("X-Key")), (", key: query api_key", .query("api_key")),
        (", key: path id", .path("id")), (", key: [address]", .address),
        (", key: [header X-Key, path id, query q]", .all([.header("X-Key"), .path("id"), .query("q")])),
    ]) func `reads a key`(text: String, key: CallerIdentity?) throws {
        #expect(try limit("{ quota: 10/s, algorithm: fixed-window\(text) }").key == key)
    }

    @Test(arguments: [
        ("plain", "", LimitDefinition.RefusedCost.nothing), ("openai", "", .full),
        ("openai", ", count-refused: false", .nothing), ("openai", ", count-refused: 0", .nothing),
        ("plain", ", count-refused: true", .full), ("plain", ", count-refused: 3", .constant(3)),
    ]) func `counts refused requests as the dialect does, unless it says otherwise`(
        dialect: String, text: String, cost: LimitDefinition.RefusedCost
    ) throws {
        #expect(try limit("{ quota: 1/s, algorithm: fixed-window\(text) }", dialect: dialect).refusedCost == cost)
    }

    @Test func `reads what refusals lead to`() throws {
        let limit = try limit(
            """
            { concurrent: 5, penalty: { for: 30s, extended-by-retries: true },
              escalation: { refusals: 10, within: 1m, ban: 10m, status: 403 } }
            """)
        #expect(limit.penalty == Penalty(duration: .seconds(30), extendedByRetries: true))
        #expect(
            limit.escalation == Escalation(refusals: 10, within: .seconds(60), ban: .seconds(600), status: 403))
        let least = try self.limit("{ concurrent: 5, penalty: { for: 1s } }")
        #expect(least.penalty == Penalty(duration: .seconds(1)) && least.escalation == nil)
    }

    @Test func `punishes as the dialect does, unless it says otherwise`() throws {
        let (dialect, diagnostics) = DialectLoader().load(
            Array(
                """
                { name: d, penalty: { for: 30s }, escalation: { refusals: 3, within: 1s, ban: 1m },
                  refusals: [ { status: 429 } ] }
                """.utf8), file: "d.yaml")
        #expect(diagnostics.isEmpty)
        let loader = FixtureLoader(dialects: ["d": try #require(dialect)], rules: [:]) { _ in
            .failure(FixtureLoader.FileProblem(reason: "does not exist"))
        }
        let outcome = loader.load(
            Array(
                """
                dialect: d
                limits:
                  as-the-dialect: { concurrent: 1 }
                  mild: { concurrent: 1, penalty: none, escalation: none }
                  own: { concurrent: 1, penalty: { for: 1s } }
                routes: [ { match: GET /, limits: [as-the-dialect, mild, own], reply: { success: {} } } ]
                """.utf8), file: "x.yaml")
        let limits = try #require(outcome.fixture).limits
        #expect(limits.map(\.penalty?.duration) == [.seconds(30), nil, .seconds(1)])
        #expect(limits.map(\.escalation?.refusals) == [3, nil, 3])
    }

    @Test func `a caller can be several things together`() throws {
        let fixture = try Fixture.parsed(
            "caller: [header Authorization, address]\nroutes: [ { match: GET /, reply: { success: {} } } ]")
        #expect(fixture.caller == .all([.header("Authorization"), .address]))
    }

    @Test func `resolves the limits of a route to positions`() throws {
        let fixture = try Fixture.parsed(
            """
            limits:
              a: { quota: 1/s, algorithm: fixed-window }
              b: { quota: 1/s, algorithm: fixed-window }
            routes: [ { match: GET /, limits: [b, a], reply: { success: {} } } ]
            """)
        #expect(fixture.routes[0].limits == [1, 0])
    }

    @Test(arguments: [
        (
            "limits: { a: { quota: 5/s, algorithm: fixed-window, cost: 6 } }",
            "every request costs 6, more than the limit ever holds (5): none can succeed"
        ),
        (
            "limits: { a: { quota: 5/s, algorithm: fixed-window }, b: { quota: 1/s, algorithm: fixed-window } }",
            "no route names the limit \"b\""
        ),
        (
            "parameters: { spare: 1 }\nlimits: { a: { quota: 5/s, algorithm: fixed-window } }",
            "the parameter \"spare\" is never used"
        ),
        (
            "success: { status: 500 }\nlimits: { a: { quota: 5/s, algorithm: fixed-window } }",
            "a success with status 500 is an error to every client"
        ),
    ]) func `warns of what is allowed and surely not meant`(text: String, warning: String) {
        let outcome = FixtureLoader.shipped().load(
            Array("\(text)\nroutes: [ { match: GET /, limits: [a], reply: { success: {} } } ]".utf8), file: "x.yaml")
        #expect(outcome.fixture != nil)
        #expect(outcome.diagnostics.map(\.message) == [warning])
        #expect(outcome.diagnostics.allSatisfy { $0.severity == .warning })
    }
}
