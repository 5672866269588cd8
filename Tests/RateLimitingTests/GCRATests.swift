import HTTPSemantics
import RateLimiting
import Testing

struct GCRATests {
    private let key = LimitKey("alice".utf8)

    /// Virtual scheduling as ITU-T I.371 writes it: a theoretical arrival time, an increment T and a tolerance τ, with
    /// time in units in which T is a whole number. A cost of n is n cells that arrive together.
    private struct Model: ModelLimiter {
        var quota: Int64
        var window: Int64
        var burst: Int64
        var arrivals: [LimitKey: Int128] = [:]

        private func conforming(_ key: LimitKey, _ now: Instant) -> (cells: Int64, theoretical: Int128) {
            let present = Int128(now.nanoseconds) * Int128(quota)
            let (increment, tolerance) = (Int128(window), Int128(burst - 1) * Int128(window))
            var theoretical = max(arrivals[key] ?? present, present)
            var cells: Int64 = 0
            while theoretical - tolerance <= present {
                theoretical += increment
                cells += 1
            }
            return (cells, theoretical)
        }

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 { conforming(key, now).cells }

        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
            let present = Int128(now.nanoseconds) * Int128(quota)
            let empty = present + Int128(burst) * Int128(window)
            let level = max(arrivals[key] ?? present, present)
            arrivals[key] = min(level + Int128(min(cost, burst)) * Int128(window), max(level, empty))
        }
    }

    @Test(
        arguments: [(1, 1_000_000_000, 1), (100, 60_000_000_000, 5), (7, 97, 3), (1000, 7, 20)]
            as [(Int64, Int64, Int64)])
    func `obeys the laws`(_ quota: Int64, _ window: Int64, _ burst: Int64) {
        var laws = RateLimiterLaws(
            limiter: GCRA(quota: quota, window: .nanoseconds(window), burst: burst),
            model: Model(quota: quota, window: window, burst: burst), window: .nanoseconds(window),
            allowance: { from, to in burst + (to - from).nanoseconds * quota / window })
        laws.check(seed: 6, steps: RateLimiterLaws.steps / 4)
    }

    @Test func `spaces requests evenly where nothing else is said`() {
        var limiter = GCRA(quota: 10, window: .seconds(1))
        limiter.charge(key, cost: 1, at: .zero)
        let said = limiter.assess(key, cost: 1, at: .zero + .milliseconds(60))
        #expect(!said.admits && said.capacity == 1 && said.retryAt == .zero + .milliseconds(100))
    }
}
