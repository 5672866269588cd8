import HTTPSemantics
import RateLimiting
import Testing

struct FixedWindowTests {
    private let key = LimitKey("alice".utf8)
    private let start = WallLine(origin: WallTime(secondsSinceEpoch: 784_111_777))

    /// Remembers every charge of the recent past and adds up those of the present window.
    private struct Model: ModelLimiter {
        var quota: Int64
        var window: Int64
        /// Nanoseconds since 1970 at the beginning of the line; `nil`: windows begin with a request.
        var origin: Int64?
        var charges: [LimitKey: [(instant: Int64, taken: Int64)]] = [:]
        var starts: [LimitKey: Int64] = [:]

        private func beginning(_ key: LimitKey, _ now: Int64) -> Int64? {
            if let origin { return (origin + now) / window * window - origin }
            return starts[key].flatMap { now < $0 + window ? $0 : nil }
        }

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 {
            guard let beginning = beginning(key, now.nanoseconds) else { return quota }
            return (charges[key] ?? []).reduce(quota) { $1.instant >= beginning ? $0 - $1.taken : $0 }
        }

        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
            if origin == nil, beginning(key, now.nanoseconds) == nil { starts[key] = now.nanoseconds }
            let taken = min(cost, remaining(key, at: now))
            charges[key, default: []].removeAll { $0.instant < now.nanoseconds - window }
            charges[key, default: []].append((now.nanoseconds, taken))
        }
    }

    @Test(arguments: [(1, 1_000_000_000), (7, 97), (100, 60_000_000_000), (0, 1000)] as [(Int64, Int64)])
    func `obeys the laws by the calendar`(_ quota: Int64, _ window: Int64) {
        let origin = start.origin.secondsSinceEpoch * 1_000_000_000
        let limiter = FixedWindow(quota: quota, window: .nanoseconds(window), start: .calendar, wall: start)
        var laws = RateLimiterLaws(
            limiter: limiter, model: Model(quota: quota, window: window, origin: origin),
            window: .nanoseconds(window),
            allowance: { from, to in
                quota * ((origin + to.nanoseconds) / window - (origin + from.nanoseconds) / window + 1)
            })
        laws.check(seed: 1, steps: RateLimiterLaws.steps / 4)
    }

    @Test(arguments: [(1, 1_000_000_000), (7, 97), (100, 60_000_000_000), (3, 1)] as [(Int64, Int64)])
    func `obeys the laws from the first request`(_ quota: Int64, _ window: Int64) {
        let limiter = FixedWindow(quota: quota, window: .nanoseconds(window), start: .firstRequest, wall: start)
        var laws = RateLimiterLaws(
            limiter: limiter, model: Model(quota: quota, window: window), window: .nanoseconds(window),
            allowance: { from, to in quota * ((to - from).nanoseconds / window + 2) })
        laws.check(seed: 2, steps: RateLimiterLaws.steps / 4)
    }

    @Test func `a calendar window ends with the minute of the wall`() {
        // The line begins at 08:49:37, so the minute ends after 23 s.
        var limiter = FixedWindow(quota: 2, window: .seconds(60), start: .calendar, wall: start)
        limiter.charge(key, cost: 2, at: .zero)
        let end = Instant(nanoseconds: 23_000_000_000)
        #expect(
            limiter.assess(key, cost: 1, at: Instant(nanoseconds: 1))
                == Assessment(admits: false, capacity: 2, remaining: 0, retryAt: end, resetAt: end))
        #expect(
            limiter.assess(key, cost: 1, at: end)
                == Assessment(admits: true, capacity: 2, remaining: 2, retryAt: end, resetAt: end))
    }

    @Test func `a fraction of the wall's second counts, also before 1970`() {
        for (seconds, nanoseconds, end) in [(0, 250_000_000, 750_000_000), (-1, 600_000_000, 400_000_000)] {
            let wall = WallLine(origin: WallTime(secondsSinceEpoch: Int64(seconds), nanoseconds: Int32(nanoseconds)))
            var limiter = FixedWindow(quota: 1, window: .seconds(1), start: .calendar, wall: wall)
            limiter.charge(key, cost: 1, at: .zero)
            #expect(limiter.assess(key, cost: 1, at: .zero).retryAt == Instant(nanoseconds: Int64(end)))
        }
    }

    @Test func `a window that begins with a request ends one window later, whatever follows`() {
        var limiter = FixedWindow(quota: 3, window: .seconds(10), start: .firstRequest, wall: start)
        for second in [5, 6, 14] as [Int64] {
            limiter.charge(key, cost: 1, at: Instant(nanoseconds: second * 1_000_000_000))
        }
        let now = Instant(nanoseconds: 14_999_999_999)
        let end = Instant(nanoseconds: 15_000_000_000)
        #expect(
            limiter.assess(key, cost: 1, at: now)
                == Assessment(admits: false, capacity: 3, remaining: 0, retryAt: end, resetAt: end))
        #expect(limiter.assess(key, cost: 1, at: end).admits)
    }
}
