import Fixtures
import HTTPSemantics
import Journal
import RateLimiting
import TestSupport
import Testing

@testable import Upstream

/// What the listing of limits says about the keys that are not back to full.
struct LimitUsageTests {
    private let redaction = Redaction { secret in "<\(secret.count)>" }

    private func request(_ team: String, secret: String = "Bearer s3cret") -> UpstreamRequest {
        UpstreamRequest(
            method: "GET", target: "/", fields: FieldBlock([("X-Team", team), ("Authorization", secret)]))
    }

    private func upstream(
        _ policy: LimitPolicy, key: CallerIdentity = .header("X-Team"), penalty: Penalty? = nil
    ) -> Upstream {
        let limit = LimitDefinition(name: "requests", policy: policy, key: key, penalty: penalty)
        return Upstream(fixture: .scripted(limits: [limit]), wall: .example, redaction: redaction)
    }

    @Test func `lists the most consumed first, as many as asked for, and counts all`() throws {
        var upstream = upstream(.tokenBucket(quota: 60, window: .seconds(60), burst: 5))
        for (team, count) in [("a", 1), ("b", 3), ("c", 2)] {
            for _ in 0..<count { _ = upstream.decide(request(team), at: .zero) }
        }
        let usage = try #require(upstream.limits(keysAtMost: 2, at: .zero).first)
        #expect(usage.keys.map { $0.name?.parts.first?.value } == ["b", "c"])
        #expect(usage.keys.map(\.used) == [3, 2])
        #expect(usage.keys.map(\.remaining) == [2, 3])
        #expect((usage.consumed, usage.tracked) == (3, 3))
        #expect(upstream.limits(keysAtMost: 0, at: .zero).first?.keys.isEmpty == true)
    }

    @Test func `when the next call passes is not when all is back`() throws {
        var upstream = upstream(.tokenBucket(quota: 60, window: .seconds(60), burst: 2))
        for _ in 0..<2 { _ = upstream.decide(request("a"), at: .zero) }
        let key = try #require(upstream.limits(keysAtMost: 9, at: .zero).first?.keys.first)
        #expect(key.retryAt == .seconds(1))
        #expect(key.resetAt == .seconds(2))
    }

    @Test func `what is back to full is not listed any more`() {
        var upstream = upstream(.fixedWindow(quota: 2, window: .seconds(10), start: .firstRequest))
        _ = upstream.decide(request("a"), at: .zero)
        _ = upstream.decide(request("b"), at: .seconds(5))
        let late = upstream.limits(keysAtMost: 9, at: .seconds(10)).first
        #expect(late?.keys.map { $0.name?.parts.first?.value } == ["b"])
        #expect((late?.consumed, late?.tracked) == (1, 2))
        #expect(upstream.limits(keysAtMost: 9, at: .seconds(15)).first?.keys.isEmpty == true)
    }

    @Test func `of a concurrency limit nobody can say when`() throws {
        var upstream = upstream(.concurrency(capacity: 1))
        let plan = upstream.decide(request("a"), at: .zero)
        let key = try #require(upstream.limits(keysAtMost: 9, at: .zero).first?.keys.first)
        #expect(key.retryAt == nil)
        #expect(key.resetAt == nil)
        upstream.finish(plan, at: .seconds(1))
        #expect(upstream.limits(keysAtMost: 9, at: .seconds(1)).first?.keys.isEmpty == true)
    }

    @Test func `a penalty is listed although the quota is full`() throws {
        var upstream = upstream(
            .fixedWindow(quota: 1, window: .seconds(1), start: .firstRequest), penalty: Penalty(duration: .seconds(30)))
        for _ in 0..<2 { _ = upstream.decide(request("a"), at: .zero) }
        let key = try #require(upstream.limits(keysAtMost: 9, at: .seconds(5)).first?.keys.first)
        #expect(key.block == "penalty")
        #expect(key.retryAt == .seconds(30))
        #expect(key.name?.parts.first?.value == "a")
    }

    @Test func `names say what a key was made of, and redact what is secret`() throws {
        var upstream = upstream(
            .gcra(quota: 1, window: .seconds(9)),
            key: .all([.header("X-Team"), .header("Authorization"), .query("page"), .query("token"), .address]))
        var long = request(String(repeating: "é", count: 100), secret: "Basic abc")
        long.target = Array("/?page=2&token=12345".utf8)
        _ = upstream.decide(long, at: .zero)
        let parts = try #require(upstream.limits(keysAtMost: 9, at: .zero).first?.keys.first?.name?.parts)
        #expect(
            parts.map(\.source) == ["header X-Team", "header Authorization", "query page", "query token", "address"])
        #expect(parts.map { $0.value?.utf8.count } == [128, 12, 1, 12, 9])
        #expect(parts.dropFirst().map(\.value) == ["redacted:<9>", "2", "redacted:<5>", "127.0.0.1"])
        let lacking = UpstreamRequest(method: "GET", target: "/", address: "127.0.0.2")
        _ = upstream.decide(lacking, at: .zero)
        let keys = try #require(upstream.limits(keysAtMost: 9, at: .zero).first?.keys)
        #expect(keys.contains { $0.name?.parts.map(\.value) == [nil, nil, nil, nil, "127.0.0.2"] })
    }

    @Test func `who is forgotten is listed without a name`() {
        var upstream = upstream(.fixedWindow(quota: 9, window: .seconds(10), start: .firstRequest))
        for number in 0...CallerNames.capacity { _ = upstream.decide(request("\(number)"), at: .zero) }
        let keys = upstream.limits(keysAtMost: .max, at: .zero).first?.keys
        #expect(keys?.count == CallerNames.capacity + 1)
        #expect(keys?.count { $0.name == nil } == 1)
    }

    @Test func `nothing is named where nobody wants to read it`() {
        var upstream = Upstream(
            fixture: .scripted(
                limits: [
                    LimitDefinition(name: "one", policy: .gcra(quota: 1, window: .seconds(9)), key: .header("X-Team"))
                ]), wall: .example)
        _ = upstream.decide(request("a"), at: .zero)
        let key = upstream.limits(keysAtMost: 9, at: .zero).first?.keys.first
        #expect(key?.used == 1)
        #expect(key?.name == nil)
    }

    @Test(
        arguments: [
            (LimitDefinition.Cost.constant(3), 3, "3"),
            (.json(pointer: ["max/tokens", "a~"], otherwise: 7), 7, "json /max~1tokens/a~0, else 7"),
            (.header("X-Cost", otherwise: 0), 1, "header X-Cost, else 0"), (.bodyBytes, 1, "body-bytes"),
        ] as [(LimitDefinition.Cost, Int64, String)])
    func `says what a request costs that says nothing of it`(
        _ cost: LimitDefinition.Cost, _ usual: Int64, _ text: String
    ) {
        let limit = LimitDefinition(name: "one", policy: .gcra(quota: 1, window: .seconds(9)), cost: cost)
        let upstream = Upstream(fixture: .scripted(limits: [limit]), wall: .example)
        #expect(upstream.limits(keysAtMost: 0, at: .zero).first?.cost == usual)
        #expect(cost.text == text)
    }
}
