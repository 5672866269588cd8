import HTTPSemantics
import RateLimiting
import Testing

/// When the line begins, in nanoseconds since 1970.
private let origin: Int64 = 784_111_777_000_000_005

struct SlidingWindowCounterTests {
    private let key = LimitKey("alice".utf8)
    private let start = WallLine(origin: WallTime(secondsSinceEpoch: 784_111_777, nanoseconds: 5))

    /// A count for every calendar window there ever was.
    private struct Model: ModelLimiter {
        var quota: Int64
        var window: Int64
        var counts: [LimitKey: [Int64: Int64]] = [:]

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 {
            let (number, elapsed) = (origin + now.nanoseconds).quotientAndRemainder(dividingBy: window)
            let current = counts[key]?[number] ?? 0
            let previous = counts[key]?[number - 1] ?? 0
            // What counts of the previous window, in units, rounded up: a unit that counts a little is not free.
            let covered = Int128(previous) * Int128(window - elapsed)
            let whole = Int64((covered + Int128(window) - 1) / Int128(window))
            return max(0, quota - current - whole)
        }

        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
            let number = (origin + now.nanoseconds) / window
            let current = counts[key]?[number] ?? 0
            counts[key, default: [:]][number] = current + min(cost, quota - current)
        }
    }

    @Test(arguments: [(1, 1_000_000_000), (7, 97), (100, 60_000_000_000), (3, 1)] as [(Int64, Int64)])
    func `obeys the laws`(_ quota: Int64, _ window: Int64) {
        var laws = RateLimiterLaws(
            limiter: SlidingWindowCounter(quota: quota, window: .nanoseconds(window), wall: start),
            model: Model(quota: quota, window: window), window: .nanoseconds(window),
            allowance: { from, to in
                quota * ((origin + to.nanoseconds) / window - (origin + from.nanoseconds) / window + 1)
            })
        laws.check(seed: 5, steps: RateLimiterLaws.steps / 4)
    }

    @Test func `a quarter into a window three quarters of the last one count`() {
        let wall = WallLine(origin: WallTime(secondsSinceEpoch: 0))
        var limiter = SlidingWindowCounter(quota: 100, window: .seconds(60), wall: wall)
        limiter.charge(key, cost: 80, at: .zero + .seconds(30))
        limiter.charge(key, cost: 18, at: .zero + .seconds(60))
        let said = limiter.assess(key, cost: 25, at: .zero + .seconds(75))
        // 100 − 80 × 45 / 60 − 18 = 22; room for 25 once only 57 of the 80 count.
        #expect(
            said
                == Assessment(
                    admits: false, capacity: 100, remaining: 22, retryAt: .zero + .milliseconds(77_250),
                    resetAt: .zero + .seconds(180)))
    }

    @Test func `what came at the end of a window is forgotten too early, as the definition has it`() {
        let wall = WallLine(origin: WallTime(secondsSinceEpoch: 0))
        var limiter = SlidingWindowCounter(quota: 100, window: .seconds(60), wall: wall)
        limiter.charge(key, cost: 100, at: .zero + .seconds(60) - .nanoseconds(1))
        // 59 s later almost nothing of it counts: 198 units in less than a minute.
        let said = limiter.assess(key, cost: 98, at: .zero + .seconds(119))
        #expect(said.admits && said.remaining == 98)
    }
}
