import HTTPSemantics
import RateLimiting
import Testing

struct PenaltyTests {
    private let key = LimitKey("alice".utf8)

    /// A model whose refusals are followed by a penalty.
    struct Model: ModelLimiter {
        var base: any ModelLimiter
        var penalty: Penalty
        var refusals: [LimitKey: [Instant]] = [:]

        func isBlocked(_ key: LimitKey, at now: Instant) -> Bool {
            var end = Instant(nanoseconds: .min)
            for refusal in refusals[key] ?? [] where refusal >= end || penalty.extendedByRetries {
                end = refusal + penalty.duration
            }
            return now < end
        }

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 { base.remaining(key, at: now) }
        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) { base.charge(key, cost: cost, at: now) }

        mutating func noteRefusal(_ key: LimitKey, at now: Instant) {
            if !isBlocked(key, at: now) { refusals[key] = [] }
            refusals[key, default: []].append(now)
        }
    }

    @Test(
        arguments: [(100, false), (100, true), (7, true), (1000, false)] as [(Int64, Bool)])
    func `obeys the laws`(_ length: Int64, _ extended: Bool) {
        let penalty = Penalty(duration: .nanoseconds(length), extendedByRetries: extended)
        let log = SlidingWindowLog(quota: 5, window: .nanoseconds(97))
        var laws = RateLimiterLaws(
            limiter: PenalisingLimiter(log, penalty: penalty),
            model: Model(base: SlidingWindowLogTests.Model(quota: 5, window: 97), penalty: penalty),
            window: .nanoseconds(97), allowance: { from, to in 5 * ((to - from).nanoseconds / 97 + 1) })
        laws.check(seed: 9, steps: RateLimiterLaws.steps / 4)
    }

    @Test(arguments: [(false, 31), (true, 40)] as [(Bool, Int64)])
    func `thirty seconds from the refusal, or from the last early retry`(_ extended: Bool, _ opens: Int64) {
        let bucket = TokenBucket(quota: 5, window: .seconds(1), burst: 1)
        var limiter = PenalisingLimiter(
            bucket, penalty: Penalty(duration: .seconds(30), extendedByRetries: extended))
        limiter.charge(key, cost: 1, at: .zero + .seconds(1))
        for second in [1, 10] as [Int64] { limiter.noteRefusal(key, at: .zero + .seconds(second)) }
        let end = Instant.zero + .seconds(opens)
        #expect(
            limiter.assess(key, cost: 1, at: .zero + .seconds(20))
                == Assessment(
                    admits: false, capacity: 1, remaining: 0, retryAt: end, resetAt: end, block: .penalty))
        #expect(limiter.assess(key, cost: 1, at: end).admits)
    }
}
