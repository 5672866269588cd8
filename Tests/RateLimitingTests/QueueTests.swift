import HTTPSemantics
import RateLimiting
import Testing

/// Requests that wait rather than being refused leave as the bucket without a queue would admit them.
struct QueueTests {
    private let key = LimitKey("alice".utf8)

    /// A unit is a whole number of nanoseconds here: where it is not, a plain bucket that is just full wastes a part of
    /// one at each departure, which a queue does not.
    @Test(
        arguments: [(10, 1_000_000_000, 1, 5), (7, 91, 3, 2), (3, 1_000_000_008, 2, 40)]
            as [(Int64, Int64, Int64, Int64)])
    func `a bucket with a queue is a bucket whose requests come later`(
        _ quota: Int64, _ window: Int64, _ burst: Int64, _ queue: Int64
    ) {
        var random = SeededGenerator(seed: 8)
        var limiter = TokenBucket(quota: quota, window: .nanoseconds(window), burst: burst, queue: queue)
        var plain = TokenBucket(quota: quota, window: .nanoseconds(window), burst: burst)
        var now = Instant.zero
        var (queued, refused) = (0, 0)
        for step in 0..<20_000 {
            // A little more than the rate.
            now += .nanoseconds(Int64.random(in: 0...window / quota * (burst + 1), using: &random) * 4 / 5)
            let cost = Int64.random(in: 1...burst, using: &random)
            let said = limiter.assess(key, cost: cost, at: now)
            guard said.admits else {
                refused += 1
                guard said.delay == .zero else {
                    Issue.record("step \(step): a refusal that waits")
                    return
                }
                continue
            }
            limiter.charge(key, cost: cost, at: now)
            let leaves = now + said.delay
            let onTime = plain.assess(key, cost: cost, at: leaves).admits
            let early = plain.assess(key, cost: cost, at: leaves - .nanoseconds(1)).admits
            if said.delay > .zero { queued += 1 }
            guard onTime, !early || said.delay == .zero else {
                Issue.record("step \(step): cost \(cost) at \(now) leaves at \(leaves)")
                return
            }
            plain.charge(key, cost: cost, at: leaves)
        }
        #expect(queued > 1000 && refused > 1000)
    }

    @Test func `as nginx does with a burst of five`() {
        // limit_req rate=10r/s burst=5: one at once, five spaced by 100 ms, the rest refused.
        var limiter = GCRA(quota: 10, window: .seconds(1), burst: 1, queue: 5)
        var delays: [Duration?] = []
        for _ in 0..<8 {
            let said = limiter.assess(key, cost: 1, at: .zero)
            delays.append(said.admits ? said.delay : nil)
            if said.admits { limiter.charge(key, cost: 1, at: .zero) }
        }
        #expect(delays == [0, 100, 200, 300, 400, 500].map { .milliseconds($0) } + [nil, nil])
        #expect(limiter.assess(key, cost: 1, at: .zero).retryAt == .zero + .milliseconds(100))
    }
}
