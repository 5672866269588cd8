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
        refusedCost: LimitDefinition.RefusedCost = .nothing
    ) -> LimitDefinition {
        LimitDefinition(
            name: name, policy: .fixedWindow(quota: quota, window: .seconds(60), start: .firstRequest), key: key,
            cost: cost, refusedCost: refusedCost)
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
            name: "counted", policy: .tokenBucket(quota: 1, window: .seconds(1), burst: 2), refusedCost: .full)
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

    @Test func `a refused request can have a price of its own`() {
        let limit = perMinute("units", 10, cost: .header("X-Cost", otherwise: 1), refusedCost: .constant(2))
        var upstream = Upstream(fixture: .scripted(limits: [limit]), wall: .example)
        let plans = ["5", "6", "3", "3"].map { upstream.decide(request(cost: $0), at: .zero) }
        #expect(plans.map(\.status) == [200, 429, 200, 429])
        #expect(plans.map { $0.limits[0].remaining } == [5, 3, 0, 0])
    }

    @Test func `a key of several tells apart who differs in any of them`() {
        let limit = perMinute("each", 1, key: .all([.header("Authorization"), .path("model")]))
        var fixture = Fixture.scripted(limits: [limit])
        fixture.routes = [Route("GET /v1/{model}", limits: [0], .ok)]
        var upstream = Upstream(fixture: fixture, wall: .example)
        let statuses = [("a", "x"), ("a", "x"), ("a", "y"), ("b", "x"), ("b", "%78"), ("x", "a"), (nil, "x")].map {
            caller, model in
            let fields = FieldBlock(caller.map { [("Authorization", $0)] } ?? [])
            let request = UpstreamRequest(method: "GET", target: "/v1/\(model)", fields: fields)
            return upstream.decide(request, at: .zero).status
        }
        #expect(statuses == [200, 429, 200, 200, 429, 200, 200])
    }

    @Test func `a queue delays what exceeds the rate, and refuses what exceeds the queue`() {
        let limit = LimitDefinition(
            name: "requests", policy: .gcra(quota: 10, window: .seconds(1), burst: 1, queue: 2))
        let slow = Reply(content: .success(overriding: ResponseOverride()), delay: .milliseconds(5))
        var upstream = Upstream(fixture: .scripted([slow], limits: [limit]), wall: .example)
        let plans = (1...4).map { _ in upstream.decide(request(), at: .zero) }
        #expect(plans.map(\.status) == [200, 200, 200, 429])
        #expect(plans.map(\.delay) == [5, 105, 205, 0].map { .milliseconds($0) })
        #expect(plans[3].retryAt == .zero + .milliseconds(100))
    }

    @Test func `a concurrency limit is held until the exchange has ended, and announces no time`() {
        let limit = LimitDefinition(name: "parallel", policy: .concurrency(capacity: 2), key: .everyone)
        let dialect = Dialect(
            name: "d", title: "D",
            announcements: [LimitProperty.reset, .remaining, .window].map { property in
                Dialect.Announcement(
                    occasion: .always, forEachLimit: true,
                    field: FieldTemplate(
                        name: Template("X-\(property.rawValue)"),
                        value: Template(segments: [.placeholder(.limit(property, .seconds))])))
            },
            refusals: Dialect.bare.refusals)
        var upstream = Upstream(fixture: .scripted(limits: [limit], dialect: dialect), wall: .example)
        let admitted = (1...2).map { _ in upstream.decide(request(), at: .zero) }
        let refused = upstream.decide(request(), at: .seconds(86_400))
        #expect(admitted.map(\.status) == [200, 200] && refused.status == 429)
        let fields = upstream.render(refused, for: request(), at: .seconds(86_400)).fields
        #expect(fields["Retry-After"] == nil && fields["X-reset"] == nil && fields["X-window"] == nil)
        #expect(fields["X-remaining"] == "0")
        // A refusal held nothing.
        upstream.finish(refused, at: .seconds(86_401))
        #expect(upstream.decide(request(), at: .seconds(86_401)).status == 429)
        upstream.finish(admitted[0], at: .seconds(86_402))
        #expect(upstream.decide(request(), at: .seconds(86_402)).status == 200)
    }

    @Test func `standard fields of a concurrency limit leave out the times that nobody knows`() throws {
        let fixture = try Fixture.shipped("fixtures/parallel-requests.yaml")
        var upstream = Upstream(fixture: fixture, wall: .example)
        let fields = upstream.render(upstream.decide(request(), at: .zero), for: request(), at: .zero).fields
        #expect(fields["RateLimit-Policy"] == #""parallel";q=5;qu="concurrent-requests""#)
        #expect(fields["RateLimit"] == #""parallel";r=4"#)
    }

    @Test func `a penalty outlasts the limit, and early retries renew it where they do`() {
        for (isExtended, opens) in [(false, 30), (true, 50)] as [(Bool, Int64)] {
            var limit = perMinute("requests", 1)
            limit.policy = .tokenBucket(quota: 1, window: .seconds(1), burst: 1)
            limit.penalty = Penalty(duration: .seconds(30), extendedByRetries: isExtended)
            var upstream = Upstream(fixture: .scripted(limits: [limit]), wall: .example)
            let plans = [0, 0, 20].map { upstream.decide(request(), at: .seconds($0)) }
            #expect(plans.map(\.status) == [200, 429, 429])
            #expect(plans.map(\.retryAt) == [.seconds(1), .seconds(30), .seconds(opens)])
            #expect(
                upstream.render(plans[2], for: request(), at: .seconds(20)).fields["Retry-After"] == "\(opens - 20)")
            let early = upstream.decide(request(), at: .seconds(opens) - .nanoseconds(1))
            #expect(early.status == 429)
            let onTime = upstream.decide(request(), at: .seconds(isExtended ? opens + 30 : opens))
            #expect(onTime.status == 200)
        }
    }

    @Test func `a ban answers with a status of its own, before any other limit`() {
        var limit = perMinute("requests", 1)
        limit.escalation = Escalation(refusals: 3, within: .seconds(60), ban: .seconds(600), status: 403)
        let never = perMinute("never", 1, cost: .header("X-Never", otherwise: 0))
        var upstream = Upstream(fixture: .scripted(limits: [never, limit]), wall: .example)
        let statuses = [0, 1, 2, 3, 4, 602, 603].map { upstream.decide(request(), at: .seconds($0)).status }
        #expect(statuses == [200, 429, 429, 403, 403, 403, 200])
        for _ in 1...3 { _ = upstream.decide(request(), at: .seconds(604)) }
        var impossible = request()
        impossible.fields.append("X-Never", "2")
        let plan = upstream.decide(impossible, at: .seconds(605))
        #expect(plan.outcome == .refused(route: 0, limit: 1) && plan.status == 403)
        #expect(upstream.render(plan, for: impossible, at: .seconds(605)).status == 403)
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
        CostCase(.bodyBytes, "twelve bytes", 12),
        CostCase(.bodyBytes, "", 0),
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
        upstream.reset(at: .zero)
        let plan = upstream.decide(request(), at: .seconds(1))
        #expect(plan.status == 200 && plan.attempt == 1)
    }
}
