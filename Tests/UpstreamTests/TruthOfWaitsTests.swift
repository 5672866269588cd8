import Fixtures
import HTTPSemantics
import RateLimiting
import TestSupport
import Testing
import Upstream

/// Whoever returns when told, and finds that nobody else came, is admitted; a nanosecond before the limit opens he is
/// not.
struct TruthOfWaitsTests {
    /// Fixtures with one to three limits of all kinds, some of which count refused requests, punish or ban.
    private func fixture(_ random: inout SeededGenerator) -> Fixture {
        let limits = (0..<Int.random(in: 1...3, using: &random)).map { number in
            let policy = policy(&random)
            let costs: [LimitDefinition.Cost] = [.constant(1), .header("X-Cost", otherwise: 1)]
            let refusedCosts: [LimitDefinition.RefusedCost] = [.nothing, .nothing, .full, .constant(2)]
            let length = Duration.nanoseconds(Int64.random(in: 1...5_000_000_000, using: &random))
            let penalty = Penalty(duration: length, extendedByRetries: Bool.random(using: &random))
            let escalation = Escalation(
                refusals: Int.random(in: 1...9, using: &random), within: .seconds(3), ban: length * 2, status: 403)
            return LimitDefinition(
                name: "limit-\(number)", policy: policy, cost: costs.randomElement(using: &random)!,
                refusedCost: policy.window == nil ? .nothing : refusedCosts.randomElement(using: &random)!,
                penalty: random.next() % 4 == 0 ? penalty : nil,
                escalation: random.next() % 4 == 0 ? escalation : nil)
        }
        return .scripted(limits: limits, caller: .header("Authorization"))
    }

    private func policy(_ random: inout SeededGenerator) -> LimitPolicy {
        let quota = Int64.random(in: 1...20, using: &random)
        let window = Duration.nanoseconds(Int64.random(in: 1_000_000...20_000_000_000, using: &random))
        let (burst, queue) = (Int64.random(in: 1...30, using: &random), Int64.random(in: 0...5, using: &random))
        let policies: [LimitPolicy] = [
            .fixedWindow(quota: quota, window: window, start: .calendar),
            .fixedWindow(quota: quota, window: window, start: .firstRequest),
            .slidingWindowLog(quota: quota, window: window),
            .slidingWindowCounter(quota: quota, window: window),
            .tokenBucket(quota: quota, window: window, burst: burst, queue: queue),
            .gcra(quota: quota, window: window, burst: burst, queue: queue),
            .concurrency(capacity: quota * 10),
        ]
        return policies.randomElement(using: &random)!
    }

    private func request(_ random: inout SeededGenerator) -> UpstreamRequest {
        UpstreamRequest(
            method: "GET", target: "/",
            fields: FieldBlock([
                ("Authorization", "caller \(random.next() % 3)"), ("X-Cost", "\(random.next() % 12)"),
            ]))
    }

    @Test func `the announced wait is true at its boundary`() throws {
        var refusals = 0
        for seed in 1...200 as ClosedRange<UInt64> { refusals += try refusalsOfRandomRequests(seed) }
        #expect(refusals > 20_000)
    }

    /// Sends random requests, checks every refusal, and says how many there were.
    private func refusalsOfRandomRequests(_ seed: UInt64) throws -> Int {
        var random = SeededGenerator(seed: seed)
        let wall = WallLine(
            origin: WallTime(
                secondsSinceEpoch: 784_111_777, nanoseconds: Int32.random(in: 0..<1_000_000_000, using: &random)))
        var upstream = Upstream(fixture: fixture(&random), wall: wall)
        var now = Instant.zero
        var refusals = 0
        for _ in 0..<400 {
            now += .nanoseconds(Int64.random(in: 0...400_000_000, using: &random))
            let request = request(&random)
            let plan = upstream.decide(request, at: now)
            guard case .refused = plan.outcome else { continue }
            let sent = now + .nanoseconds(Int64.random(in: 0...2_000_000_000, using: &random))
            let reply = upstream.render(plan, for: request, at: sent)
            guard let opens = plan.retryAt else {
                #expect(reply.fields["Retry-After"] == nil)
                continue
            }
            refusals += 1
            let seconds = try #require(reply.fields["Retry-After"].flatMap { Int64($0) })
            // Up to the next whole second from the instant of sending, and no further.
            let announced = sent + .seconds(seconds)
            #expect(announced >= opens, "seed \(seed)")
            #expect(announced - .seconds(1) < max(opens, sent), "seed \(seed)")

            // Other lines of the same history, in which nobody else comes.
            var early = upstream
            let tooEarly = early.decide(request, at: opens - .nanoseconds(1))
            #expect([429, 403].contains(tooEarly.status), "seed \(seed)")
            var onTime = upstream
            #expect(onTime.decide(request, at: opens).status == 200, "seed \(seed)")
            var asTold = upstream
            #expect(asTold.decide(request, at: max(announced, now)).status == 200, "seed \(seed)")
        }
        return refusals
    }

    @Test func `a date hint is never before the limit opens`() {
        let dialect = Dialect(
            name: "d", title: "D",
            refusals: [
                .init(response: ResponseTemplate(status: 429), hint: Dialect.Hint(format: .imfFixdate))
            ])
        let limit = LimitDefinition(name: "l", policy: .tokenBucket(quota: 3, window: .seconds(10), burst: 1))
        let get = UpstreamRequest(method: "GET", target: "/")
        for fraction in [0, 1, 333_333_333, 666_666_666, 666_666_667, 999_999_999] as [Int32] {
            let wall = WallLine(origin: WallTime(secondsSinceEpoch: 784_111_777, nanoseconds: fraction))
            var upstream = Upstream(fixture: .scripted(limits: [limit], dialect: dialect), wall: wall)
            _ = upstream.decide(get, at: .zero)
            let plan = upstream.decide(get, at: .zero)
            let value = upstream.render(plan, for: get, at: .zero).fields["Retry-After"] ?? ""
            let date = HTTPDate.parse(value, reference: wall.origin)?.time
            let opens = wall.origin + .nanoseconds(3_333_333_334)
            #expect(date == opens.roundedUpToSecond)
        }
    }
}
