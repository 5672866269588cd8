import HTTPSemantics
import Testing

@Suite struct RateLimitFieldsTests {
    let now = WallTime(secondsSinceEpoch: 1_795_500_000)

    @Test func `reads the named limits of draft 08 and later`() {
        let fields = RateLimitFields(
            FieldBlock([
                ("RateLimit", "\"burst\";r=0;t=1, \"day\";r=900;t=3600;pk=:cHNsZQ==:"),
                ("RateLimit-Policy", "\"burst\";q=100;w=60,\"day\";q=1000;w=86400;qu=\"content-bytes\""),
            ]), received: now)
        #expect(fields.form == .draft08)
        #expect(
            fields.limits == [
                RateLimitFields.Limit(policy: "burst", remaining: 0, reset: .seconds(1)),
                RateLimitFields.Limit(policy: "day", remaining: 900, reset: .seconds(3600)),
            ])
        #expect(fields.policies.map(\.name) == ["burst", "day"])
        #expect(fields.policies.map(\.quota) == [100, 1000])
        #expect(fields.policies.map(\.window) == [.seconds(60), .seconds(86_400)])
        #expect(fields.policies.map(\.unit) == [nil, "content-bytes"])
        #expect(fields.wait == .seconds(1))
    }

    @Test func `reads a list that was sent in several lines`() {
        let fields = RateLimitFields(
            FieldBlock([("RateLimit", "\"a\";r=1"), ("RateLimit", "\"b\";r=0")]), received: now)
        #expect(fields.limits.map(\.policy) == ["a", "b"])
        #expect(fields.wait == nil)
    }

    @Test func `reads the dictionary of draft 07`() {
        let fields = RateLimitFields(
            FieldBlock([("RateLimit", "limit=100, remaining=0, reset=50"), ("RateLimit-Policy", "100;w=60")]),
            received: now)
        #expect(fields.form == .draft07)
        #expect(fields.limits == [RateLimitFields.Limit(quota: 100, remaining: 0, reset: .seconds(50))])
        #expect(fields.policies == [RateLimitFields.Policy(quota: 100, window: .seconds(60))])
        #expect(fields.wait == .seconds(50))
    }

    @Test func `reads the separate fields of drafts 03 to 06`() {
        let draft03 = RateLimitFields(
            FieldBlock([
                ("RateLimit-Limit", "10, 10;w=1, 50;w=60;name=\"ip\""), ("RateLimit-Remaining", "9"),
                ("RateLimit-Reset", "1"),
            ]), received: now)
        #expect(draft03.form == .draft03)
        #expect(draft03.limits == [RateLimitFields.Limit(quota: 10, remaining: 9, reset: .seconds(1))])
        #expect(draft03.policies.map(\.quota) == [10, 50])
        #expect(draft03.policies.map(\.name) == [nil, "ip"])
        let draft06 = RateLimitFields(
            FieldBlock([
                ("RateLimit-Limit", "10"), ("RateLimit-Policy", "10;w=1"), ("RateLimit-Remaining", "0"),
                ("RateLimit-Reset", "7"),
            ]), received: now)
        #expect(draft06.policies == [RateLimitFields.Policy(quota: 10, window: .seconds(1))])
        #expect(draft06.wait == .seconds(7))
    }

    @Test(arguments: [
        ("42", Duration.seconds(42)), ("1795500042", .seconds(42)), ("1795500042500", .milliseconds(42_500)),
        ("1795499000", .zero), ("6m0s", .seconds(360)),
    ])
    func `tells the kinds of X-RateLimit-Reset apart`(value: String, wait: Duration) {
        let fields = RateLimitFields(
            FieldBlock([("X-RateLimit-Limit", "60"), ("x-ratelimit-remaining", "0"), ("X-RateLimit-Reset", value)]),
            received: now)
        #expect(fields.form == .unofficial)
        #expect(fields.wait == wait)
    }

    @Test(arguments: [
        ("RateLimit", "r=;;t=abc"), ("RateLimit", "\"d\";r=-1;t=1"), ("RateLimit", "\"d\";r=1.5;t=1"),
        ("RateLimit", "\"d\";r=1;t=\"soon\""), ("RateLimit", "\"d\";t=1"), ("RateLimit", "token;r=1;t=1"),
        ("RateLimit", "(\"a\" \"b\");r=1"), ("RateLimit", ""), ("RateLimit", "\"d\";r=1,"),
        ("RateLimit", "limit=100, remaining=5"), ("RateLimit", "limit=a, remaining=5, reset=1"),
        ("RateLimit-Policy", "\"a\" \"b\""), ("RateLimit-Policy", "\"d\";w=60"), ("RateLimit-Policy", "100;w=x"),
        ("RateLimit-Remaining", "many"), ("RateLimit-Remaining", "-1"), ("X-RateLimit-Remaining", "0.5"),
        ("RateLimit-Remaining", "99999999999999999999"),
    ])
    func `ignores a malformed field`(name: String, value: String) {
        let fields = RateLimitFields(FieldBlock([(name, value)]), received: now)
        #expect(fields.form == nil)
        #expect(fields.limits.isEmpty)
        #expect(fields.policies.isEmpty)
        #expect(fields.wait == nil)
    }

    @Test func `a malformed new field does not hide an old one`() {
        let fields = RateLimitFields(
            FieldBlock([("RateLimit", "?"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "3")]), received: now)
        #expect(fields.form == .unofficial)
        #expect(fields.wait == .seconds(3))
    }
}
