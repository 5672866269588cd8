import Fixtures
import HTTPSemantics
import Journal
import RateLimiting
import TestSupport
import Testing
import Upstream

/// All limits of a route are asked, then all are charged, then the script is played.
struct LimitTests {
    private let minute = Instant.seconds(60)

    private func request(_ caller: String = "alice", body: String = "", cost: String? = nil) -> UpstreamRequest {
        var fields = FieldBlock([("Authorization", caller)])
        if let cost { fields.append("X-Cost", cost) }
        return UpstreamRequest(method: "POST", target: "/", fields: fields, body: Array(body.utf8))
    }

    private func perMinute(
        _ name: String, _ quota: Int64, key: CallerIdentity? = nil, cost: LimitDefinition.Cost = .constant(1),
        countsRefused: Bool = false
    ) -> LimitDefinition {
        LimitDefinition(
            name: name, policy: .fixedWindow(quota: quota, window: .seconds(60), start: .firstRequest), key: key,
            cost: cost, countsRefused: countsRefused)
    }

    @Test func `a hundred a minute for each key`() {
        var upstream = Upstream(
            fixture: .scripted(limits: [perMinute("requests", 100)], caller: .header("Authorization")), wall: .example)
        for number in 1...100 as ClosedRange<Int64> {
            let now = Instant.zero + .milliseconds(number)
            let plan = upstream.decide(request(), at: now)
            #expect(plan.outcome == .script(route: 0, reply: 0))
            #expect(plan.limits.map(\.remaining) == [100 - number])
        }
        let end = Instant.zero + .milliseconds(60_001)
        let refused = upstream.decide(request(), at: .seconds(30))
        #expect(refused.outcome == .refused(route: 0, limit: 0))
        #expect(refused.status == 429)
        #expect(refused.attempt == 0)
        #expect(refused.retryAt == end)
        // 30.001 s are 31 whole ones.
        #expect(upstream.render(refused, for: request(), at: .seconds(30)).fields["Retry-After"] == "31")

        #expect(upstream.decide(request("bob"), at: .seconds(30)).limits.map(\.remaining) == [99])
        #expect(upstream.decide(request(), at: end - .nanoseconds(1)).outcome == .refused(route: 0, limit: 0))
        #expect(upstream.decide(request(), at: end).limits.map(\.remaining) == [99])
    }

    @Test func `requests without the field share one key`() {
        var upstream = Upstream(
            fixture: .scripted(limits: [perMinute("requests", 2)], caller: .header("X-Key")), wall: .example)
        let plans = ["a", "b", "c"].map { upstream.decide(request($0), at: .zero).status }
        #expect(plans == [200, 200, 429])
    }

    @Test(arguments: [
        (CallerIdentity.everyone, [200, 429, 429, 429]),
        (.address, [200, 429, 200, 429]),
        (.query("k"), [200, 429, 429, 200]),
        (.header("X-K"), [200, 200, 429, 429]),
    ])
    func `a limit has a key of its own`(_ key: CallerIdentity, _ statuses: [Int]) {
        var upstream = Upstream(fixture: .scripted(limits: [perMinute("one", 1, key: key)]), wall: .example)
        let requests = [
            UpstreamRequest(method: "GET", target: "/?k=a+b&k=c", fields: FieldBlock([("x-k", "1")])),
            UpstreamRequest(method: "GET", target: "/?j&k=%61%20b", fields: FieldBlock([("X-K", "2")])),
            UpstreamRequest(
                method: "GET", target: "/?k=a+b", fields: FieldBlock([("X-K", "1")]), address: "127.0.0.2"),
            UpstreamRequest(method: "GET", target: "/?k=", fields: FieldBlock([("X-K", "2")])),
        ]
        let decided = requests.map { upstream.decide($0, at: .zero).status }
        #expect(decided == statuses)
    }

    @Test func `a refusal by one charges none and does not advance the script`() {
        let limits = [perMinute("wide", 5), perMinute("narrow", 1)]
        var upstream = Upstream(fixture: .scripted([.status(201), .status(202)], limits: limits), wall: .example)
        let plans = [0, 1, 2, 60].map { upstream.decide(request(), at: .seconds($0)) }
        #expect(plans.map(\.status) == [201, 429, 429, 202])
        #expect(plans.map { $0.limits.map(\.remaining) } == [[4, 0], [4, 0], [4, 0], [4, 0]])
        #expect(plans[1].outcome == .refused(route: 0, limit: 1))
        #expect(plans[1].limits.map(\.admits) == [true, false])
    }

    @Test func `the limit that opens last decides`() {
        let limits = [
            perMinute("minute", 1),
            LimitDefinition(
                name: "hour", policy: .fixedWindow(quota: 1, window: .seconds(3600), start: .firstRequest)),
        ]
        var upstream = Upstream(fixture: .scripted(limits: limits), wall: .example)
        _ = upstream.decide(request(), at: .zero)
        let plan = upstream.decide(request(), at: .seconds(1))
        #expect(plan.outcome == .refused(route: 0, limit: 1))
        #expect(plan.retryAt == .seconds(3600))
    }

    @Test(arguments: [false, true])
    func `a limit that never opens decides before one that does`(_ neverIsLast: Bool) {
        var limits = [perMinute("never", 9, cost: .constant(10)), perMinute("minute", 1)]
        if neverIsLast { limits.reverse() }
        var fixture = Fixture.scripted(limits: limits)
        // One call on the other limit alone uses it up.
        fixture.routes.insert(Route("GET /only", limits: [neverIsLast ? 0 : 1], .ok), at: 0)
        var upstream = Upstream(fixture: fixture, wall: .example)
        _ = upstream.decide(UpstreamRequest(method: "GET", target: "/only"), at: .zero)
        let plan = upstream.decide(request(), at: .seconds(1))
        #expect(plan.limits.map(\.admits) == [false, false])
        #expect(plan.outcome == .refused(route: 1, limit: neverIsLast ? 1 : 0))
        #expect(plan.retryAt == nil)
    }

    @Test func `refused requests are charged where the upstream counts them`() {
        let bucket = LimitDefinition(
            name: "counted", policy: .tokenBucket(quota: 1, window: .seconds(1), burst: 2), countsRefused: true)
        var upstream = Upstream(fixture: .scripted(limits: [bucket, perMinute("other", 9)]), wall: .example)
        let plans = [0, 0, 0, 500, 1200, 1500, 2500].map {
            upstream.decide(request(), at: .zero + .milliseconds($0))
        }
        // The refusals at 0, 0.5 and 1.5 s empty the bucket again, so the wait begins anew.
        #expect(plans.map(\.status) == [200, 200, 429, 429, 429, 429, 200])
        #expect(plans[3].retryAt == .zero + .milliseconds(1500))
        #expect(plans[4].retryAt == .zero + .milliseconds(2200))
        #expect(plans.map { $0.limits[1].remaining } == [8, 7, 7, 7, 7, 7, 6])
    }

    struct CostCase: CustomTestStringConvertible {
        var cost: LimitDefinition.Cost
        var request: String
        var charged: Int64
        var testDescription: String { "\(cost) of \(request)" }

        init(_ cost: LimitDefinition.Cost, _ request: String, _ charged: Int64) {
            self.cost = cost
            self.request = request
            self.charged = charged
        }
    }

    private static let tokens = LimitDefinition.Cost.json(pointer: ["usage", "max/tokens", "1"], otherwise: 7)

    @Test(arguments: [
        CostCase(.constant(3), "", 3),
        CostCase(tokens, #"{"usage":{"max/tokens":[0,250]}}"#, 250),
        CostCase(tokens, #" { "usage" : { "other": {"a":[]}, "max/tokens" : [ null , 0 ] } } "#, 0),
        CostCase(tokens, #"{"usage":{"max/tokens":[0,1]},"usage":{"max/tokens":[0,2]}}"#, 2),
        CostCase(tokens, #"{"usage":{"max/tokens":[0,"250"]}}"#, 7),
        CostCase(tokens, #"{"usage":{"max/tokens":[0,2.5]}}"#, 7),
        CostCase(tokens, #"{"usage":{"max/tokens":[0,-2]}}"#, 7),
        CostCase(tokens, #"{"usage":{"max/tokens":[0]}}"#, 7),
        CostCase(tokens, #"{"usage":{"max/tokens":[0,250]}"#, 7),
        CostCase(tokens, #"{"usage":{"max/tokens":[0,250]}} x"#, 7),
        CostCase(tokens, "not json", 7),
        CostCase(tokens, "", 7),
        CostCase(tokens, String(repeating: "[", count: 100_000), 7),
        CostCase(.header("X-Cost", otherwise: 4), "40", 40),
        CostCase(.header("x-cost", otherwise: 4), "-1", 4),
        CostCase(.header("X-Cost", otherwise: 4), "", 4),
    ])
    func `a request costs what it says`(_ example: CostCase) {
        var upstream = Upstream(
            fixture: .scripted(limits: [perMinute("tokens", 1000, cost: example.cost)]), wall: .example)
        let plan = upstream.decide(request(body: example.request, cost: example.request), at: .zero)
        #expect(plan.limits.map(\.cost) == [example.charged])
        #expect(plan.limits.map(\.remaining) == [1000 - example.charged])
    }

    @Test(arguments: ["101", "9223372036854775807", "99999999999999999999999"])
    func `a cost above the capacity is refused without a hint`(_ cost: String) {
        let limit = perMinute("tokens", 100, cost: .header("X-Cost", otherwise: 1))
        var upstream = Upstream(fixture: .scripted(limits: [limit]), wall: .example)
        let request = request(cost: cost)
        let plan = upstream.decide(request, at: .zero)
        #expect(plan.outcome == .refused(route: 0, limit: 0))
        #expect(plan.retryAt == nil)
        let reply = upstream.render(plan, for: request, at: .zero)
        #expect(reply.status == 429)
        #expect(reply.fields["Retry-After"] == nil)
    }

    @Test func `the journal says what the limits said`() {
        var upstream = Upstream(fixture: .scripted(limits: [perMinute("requests", 1)]), wall: .example)
        var events: [JournalEntry.Event] = []
        for second in [0, 1] as [Int64] { _ = upstream.answer(request(), at: .seconds(second)) { events.append($0) } }
        let reading = LimitReading(name: "requests", capacity: 1, remaining: 0, retryAt: minute, resetAt: minute)
        #expect(
            events == [
                .decided(
                    Decision(source: .script(reply: 0), route: "* /*", attempt: 1, status: 200, limits: [reading])),
                .decided(
                    Decision(source: .limit("requests"), route: "* /*", attempt: 0, status: 429, limits: [reading])),
            ])
    }

    @Test func `a reset gives every quota back`() {
        var upstream = Upstream(fixture: .scripted(limits: [perMinute("requests", 1)]), wall: .example)
        _ = upstream.decide(request(), at: .zero)
        upstream.reset()
        let plan = upstream.decide(request(), at: .seconds(1))
        #expect(plan.status == 200 && plan.attempt == 1)
    }
}
