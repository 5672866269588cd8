import HTTPSemantics
import RateLimiting
import Testing

struct SlidingWindowLogTests {
    private let key = LimitKey("alice".utf8)

    /// Remembers every charge of the last window and adds them up, those of refused requests too.
    struct Model: ModelLimiter {
        var quota: Int64
        var window: Int64
        var charges: [LimitKey: [(instant: Int64, cost: Int64)]] = [:]

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 {
            let recent = (charges[key] ?? []).filter { now.nanoseconds < $0.instant + window }
            return max(0, recent.reduce(quota) { $0 - $1.cost })
        }

        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
            charges[key, default: []].removeAll { $0.instant < now.nanoseconds - 2 * window }
            charges[key, default: []].append((now.nanoseconds, min(cost, quota)))
        }
    }

    @Test(arguments: [(1, 1_000_000_000), (7, 97), (100, 60_000_000_000), (3, 1)] as [(Int64, Int64)])
    func `obeys the laws`(_ quota: Int64, _ window: Int64) {
        var laws = RateLimiterLaws(
            limiter: SlidingWindowLog(quota: quota, window: .nanoseconds(window)),
            model: Model(quota: quota, window: window), window: .nanoseconds(window),
            // In any window, wherever it begins.
            allowance: { from, to in quota * ((to - from).nanoseconds / window + 1) })
        laws.check(seed: 4, steps: RateLimiterLaws.steps / 4)
    }

    @Test func `each unit comes back one window after it was taken`() {
        var limiter = SlidingWindowLog(quota: 3, window: .seconds(10))
        for second in [0, 4, 7] as [Int64] { limiter.charge(key, cost: 1, at: .zero + .seconds(second)) }
        let now = Instant.zero + .seconds(8)
        let said = (1...3).map { limiter.assess(key, cost: $0, at: now) }
        #expect(said.map(\.retryAt) == [10, 14, 17].map { Instant.zero + .seconds($0) })
        #expect(said.allSatisfy { $0.resetAt == Instant.zero + .seconds(17) })
        #expect(limiter.assess(key, cost: 1, at: .zero + .seconds(10)).admits)
    }

    @Test func `whoever is charged for refusals and never stops is never admitted again`() {
        var limiter = SlidingWindowLog(quota: 2, window: .seconds(10))
        for second in 0..<1000 as Range<Int64> {
            let now = Instant.zero + .seconds(second * 4)
            let said = limiter.assess(key, cost: 1, at: now)
            #expect(said.admits == (second < 2), "second \(second * 4)")
            limiter.charge(key, cost: 1, at: now)
        }
    }

    @Test func `a log that is very long admits less, never more, and says the truth`() {
        let window: Int64 = 1_000_000_000
        let quota = Int64(SlidingWindowLog.exactEntries) * 3
        var limiter = SlidingWindowLog(quota: quota, window: .nanoseconds(window))
        var instants: [Int64] = []
        // Three times as many entries as are kept exactly, evenly over half a window.
        for number in 0..<quota {
            let now = Instant(nanoseconds: number * (window / 2) / quota)
            let said = limiter.assess(key, cost: 1, at: now)
            guard said.admits, said.remaining == quota - number else {
                Issue.record("\(number): \(said)")
                return
            }
            limiter.charge(key, cost: 1, at: now)
            instants.append(now.nanoseconds)
        }
        let full = limiter.assess(key, cost: 1, at: Instant(nanoseconds: window - 1))
        #expect(full.retryAt == Instant(nanoseconds: window))
        let quantum = window / Int64(SlidingWindowLog.exactEntries)
        for number in stride(from: 0, to: Int(quota), by: 977) {
            // When the unit with this number leaves a log that forgets nothing.
            let exact = instants[number] + window
            let said = limiter.assess(key, cost: Int64(number) + 1, at: Instant(nanoseconds: window - 1))
            let opens = said.retryAt?.nanoseconds ?? .max
            #expect((exact...exact + quantum).contains(opens), "unit \(number)")
        }
    }
}
