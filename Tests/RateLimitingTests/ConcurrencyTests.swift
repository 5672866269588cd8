import HTTPSemantics
import RateLimiting
import Testing

struct ConcurrencyTests {
    private let key = LimitKey("alice".utf8)

    /// A list of what is held.
    private struct Model: ModelLimiter {
        var capacity: Int64
        var held: [(key: LimitKey, cost: Int64)] = []

        func remaining(_ key: LimitKey, at now: Instant) -> Int64 {
            held.reduce(capacity) { $1.key == key ? $0 - $1.cost : $0 }
        }

        mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) { held.append((key, cost)) }

        mutating func release(_ key: LimitKey, cost: Int64, at now: Instant) {
            if let index = held.firstIndex(where: { $0 == (key, cost) }) { held.remove(at: index) }
        }
    }

    @Test(arguments: [1, 2, 7, 30] as [Int64])
    func `obeys the laws`(_ capacity: Int64) {
        var laws = RateLimiterLaws(
            limiter: Concurrency(capacity: capacity), model: Model(capacity: capacity), window: .seconds(1),
            // Grants that are over are not in the list, so what is in it is held at the same time.
            allowance: { _, _ in capacity }, holds: true)
        laws.check(seed: 7, steps: RateLimiterLaws.steps / 4)
    }

    @Test func `nobody can say when it opens, and time does not open it`() {
        var limiter = Concurrency(capacity: 2)
        limiter.charge(key, cost: 2, at: .zero)
        let late = Instant.zero + .seconds(86_400)
        let full = Assessment(admits: false, capacity: 2, remaining: 0, retryAt: nil, resetAt: .distantFuture)
        #expect(limiter.assess(key, cost: 1, at: late) == full)
        limiter.release(key, cost: 1, at: late)
        let said = limiter.assess(key, cost: 1, at: late)
        #expect(said.admits && said.remaining == 1 && said.resetAt == .distantFuture)
    }

    @Test func `keeps only keys that hold something, and forgives a release too many`() {
        var limiter = Concurrency(capacity: 3)
        for number in 1...1000 as ClosedRange<UInt64> {
            limiter.charge(LimitKey(digest: number), cost: 2, at: .zero)
            limiter.release(LimitKey(digest: number), cost: 2, at: .zero)
            limiter.release(LimitKey(digest: number), cost: 2, at: .zero)
        }
        #expect(limiter.trackedKeys == 0)
        #expect(limiter.assess(LimitKey(digest: 1), cost: 3, at: .zero).admits)
    }
}
