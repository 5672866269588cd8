import HTTPSemantics
import RateLimiting
import Testing

struct TokenBucketTests {
    private let key = LimitKey("alice".utf8)

    /// Fills the bucket at every look, in fractions of a unit with the window as denominator.
    private struct Model: ModelLimiter {
        var quota: Int64
        var window: Int64
        var burst: Int64
        var levels: [LimitKey: (parts: Int128, at: Int64)] = [:]

        private func parts(_ key: LimitKey, at now: Instant) -> Int128 {
            let full = Int128(burst) * Int128(window)
            guard let (parts, at) = levels[key] else { return full }
            return min(full, parts + Int128(now.nanoseconds - at) * Int128(quota))
        }

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 { Int64(parts(key, at: now) / Int128(window)) }

        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
            levels[key] = (max(0, parts(key, at: now) - Int128(cost) * Int128(window)), now.nanoseconds)
        }
    }

    /// Quotas that do not divide their windows, buckets larger and smaller than the quota, and rates above one unit a
    /// nanosecond.
    @Test(
        arguments: [
            (1, 1_000_000_000, 1), (10_000, 60_000_000_000, 2_000), (7, 97, 3), (3, 1_000_000_007, 50), (1000, 7, 5000),
        ] as [(Int64, Int64, Int64)])
    func `obeys the laws`(_ quota: Int64, _ window: Int64, _ burst: Int64) {
        let limiter = TokenBucket(quota: quota, window: .nanoseconds(window), burst: burst)
        var laws = RateLimiterLaws(
            limiter: limiter, model: Model(quota: quota, window: window, burst: burst), window: .nanoseconds(window),
            allowance: { from, to in burst + (to - from).nanoseconds * quota / window })
        laws.check(seed: 3, steps: RateLimiterLaws.steps / 4)
    }

    @Test func `a year of calls at the refill rate loses nothing to rounding`() {
        // 3 a second: a third of a second is no whole number of nanoseconds.
        var limiter = TokenBucket(quota: 3, window: .seconds(1), burst: 1)
        var now = Instant.zero
        for _ in 0..<100_000 {
            limiter.charge(key, cost: 1, at: now)
            guard let next = limiter.assess(key, cost: 1, at: now).retryAt else {
                Issue.record("a bucket that fills announces when")
                return
            }
            now = next
        }
        // Each wait was rounded up to a nanosecond by less than one, and the bucket kept what was gained meanwhile…
        #expect((33_333_333_333_334...33_333_333_400_000).contains(now.nanoseconds))
        // …so that somebody who sleeps through gets exactly what the rate says.
        #expect(limiter.assess(key, cost: 1, at: now + .seconds(31_536_000)).remaining == 1)
    }

    @Test func `refills evenly and says when it is full`() {
        var limiter = TokenBucket(quota: 10, window: .seconds(1), burst: 20)
        limiter.charge(key, cost: 20, at: .zero)
        #expect(
            limiter.assess(key, cost: 5, at: Instant(nanoseconds: 250_000_000))
                == Assessment(
                    admits: false, capacity: 20, remaining: 2, retryAt: Instant(nanoseconds: 500_000_000),
                    resetAt: Instant(nanoseconds: 2_000_000_000)))
    }

    @Test func `without a refill it never opens again, and says so`() {
        var limiter = TokenBucket(quota: 0, window: .seconds(1), burst: 1)
        limiter.charge(key, cost: 1, at: .zero)
        #expect(
            limiter.assess(key, cost: 1, at: .zero)
                == Assessment(admits: false, capacity: 1, remaining: 0, retryAt: nil, resetAt: .distantFuture))
    }

    @Test func `the largest numbers do not overflow`() {
        var limiter = TokenBucket(quota: .max, window: .nanoseconds(Int64.max), burst: .max)
        let late = Instant(nanoseconds: .max - 1)
        limiter.charge(key, cost: .max, at: late)
        limiter.charge(key, cost: .max, at: late)
        let said = limiter.assess(key, cost: .max, at: late)
        #expect(
            said
                == Assessment(
                    admits: false, capacity: .max, remaining: 0, retryAt: .distantFuture, resetAt: .distantFuture))
    }
}
