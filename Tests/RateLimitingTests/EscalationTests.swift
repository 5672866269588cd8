import HTTPSemantics
import RateLimiting
import Testing

struct EscalationTests {
    private let key = LimitKey("alice".utf8)

    /// Remembers all refusals and all bans.
    private struct Model: ModelLimiter {
        var base: any ModelLimiter
        var escalation: Escalation
        var refusals: [LimitKey: [Instant]] = [:]
        var bans: [LimitKey: [Instant]] = [:]

        private func isBanned(_ key: LimitKey, at now: Instant) -> Bool {
            (bans[key] ?? []).contains { $0 <= now && now < $0 + escalation.ban }
        }

        func isBlocked(_ key: LimitKey, at now: Instant) -> Bool {
            isBanned(key, at: now) || base.isBlocked(key, at: now)
        }

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 { base.remaining(key, at: now) }
        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) { base.charge(key, cost: cost, at: now) }

        mutating func noteRefusal(_ key: LimitKey, at now: Instant) {
            guard !isBanned(key, at: now) else { return }
            base.noteRefusal(key, at: now)
            refusals[key, default: []].append(now)
            let lastBan = bans[key]?.last
            let recent = (refusals[key] ?? []).filter { refusal in
                now < refusal + escalation.within && lastBan.map { refusal > $0 } ?? true
            }
            refusals[key] = recent
            if recent.count >= escalation.refusals { bans[key] = [now] }
        }
    }

    @Test(arguments: [(1, 50, 300), (3, 100, 200), (10, 1000, 50), (4, 7, 1)] as [(Int, Int64, Int64)])
    func `obeys the laws, also over a penalty`(_ refusals: Int, _ within: Int64, _ ban: Int64) {
        let escalation = Escalation(
            refusals: refusals, within: .nanoseconds(within), ban: .nanoseconds(ban), status: 403)
        let penalty = Penalty(duration: .nanoseconds(20), extendedByRetries: true)
        let log = SlidingWindowLog(quota: 5, window: .nanoseconds(97))
        var laws = RateLimiterLaws(
            limiter: EscalatingLimiter(PenalisingLimiter(log, penalty: penalty), escalation: escalation),
            model: Model(
                base: PenaltyTests.Model(
                    base: SlidingWindowLogTests.Model(quota: 5, window: 97), penalty: penalty),
                escalation: escalation),
            window: .nanoseconds(97), allowance: { from, to in 5 * ((to - from).nanoseconds / 97 + 1) })
        laws.check(seed: 10, steps: RateLimiterLaws.steps / 4)
    }

    @Test func `the tenth refusal in a minute bans for ten`() {
        let escalation = Escalation(refusals: 10, within: .seconds(60), ban: .seconds(600), status: 403)
        let bucket = TokenBucket(quota: 1, window: .seconds(1), burst: 1)
        var limiter = EscalatingLimiter(bucket, escalation: escalation)
        limiter.charge(key, cost: 1, at: .zero)
        // The first of eleven is out of the minute when the tenth comes.
        for number in 0..<10 as Range<Int64> {
            limiter.noteRefusal(key, at: .zero + .seconds(number == 0 ? 0 : 60 + number))
            #expect(limiter.assess(key, cost: 0, at: .zero + .seconds(69)).block == nil)
        }
        limiter.noteRefusal(key, at: .zero + .seconds(70))
        let end = Instant.zero + .seconds(670)
        let said = limiter.assess(key, cost: 1, at: .zero + .seconds(100))
        #expect(said.block == .ban && said.retryAt == end && said.resetAt == end && said.remaining == 0)
        // Requests during the ban do not prolong it, and it begins from nothing afterwards.
        limiter.noteRefusal(key, at: .zero + .seconds(669))
        #expect(limiter.assess(key, cost: 1, at: end).admits)
        limiter.noteRefusal(key, at: end)
        #expect(limiter.assess(key, cost: 1, at: end).block == nil)
    }

    @Test func `forgets keys that have nothing left to be forgiven`() {
        let escalation = Escalation(refusals: 5, within: .seconds(1), ban: .seconds(1))
        let bucket = TokenBucket(quota: 1, window: .seconds(1), burst: 1)
        let penalty = Penalty(duration: .seconds(1))
        var limiter = EscalatingLimiter(PenalisingLimiter(bucket, penalty: penalty), escalation: escalation)
        for number in 0..<20_000 as Range<UInt64> {
            limiter.noteRefusal(LimitKey(digest: number), at: .zero + .milliseconds(Int64(number) * 10))
            #expect(limiter.trackedKeys <= 102)
        }
    }
}
