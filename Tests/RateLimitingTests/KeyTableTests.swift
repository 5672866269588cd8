import HTTPSemantics
import RateLimiting
import Testing

/// A limiter's memory is bounded whoever calls.
struct KeyTableTests {
    private static let wall = WallLine(origin: WallTime(secondsSinceEpoch: 0))

    static let policies: [LimitPolicy] = [
        .fixedWindow(quota: 5, window: .seconds(1), start: .calendar),
        .fixedWindow(quota: 5, window: .seconds(1), start: .firstRequest),
        .slidingWindowLog(quota: 5, window: .seconds(1)),
        .slidingWindowCounter(quota: 5, window: .milliseconds(500)),
        .tokenBucket(quota: 5, window: .seconds(1), burst: 5),
        .gcra(quota: 5, window: .seconds(1), burst: 2, queue: 3),
    ]

    @Test(arguments: policies)
    func `keys whose quota is full again make room for new ones`(_ policy: LimitPolicy) {
        var limiter = policy.makeLimiter(wall: Self.wall)
        var most = 0
        for number in 0..<20_000 as Range<UInt64> {
            // A hundred new keys a second.
            let now = Instant(nanoseconds: Int64(number) * 10_000_000)
            limiter.charge(LimitKey(digest: number + 1), cost: 1, at: now)
            most = max(most, limiter.trackedKeys)
        }
        #expect(most <= 102)
    }

    @Test(arguments: policies)
    func `beyond the capacity the least recently used key starts afresh`(_ policy: LimitPolicy) {
        var limiter = policy.makeLimiter(wall: Self.wall, keyCapacity: 3)
        let keys = (1...4).map { LimitKey(digest: $0) }
        for key in keys.prefix(3) { limiter.charge(key, cost: 2, at: .zero) }
        limiter.charge(keys[0], cost: 1, at: .zero)
        limiter.charge(keys[3], cost: 2, at: .zero)
        #expect(limiter.trackedKeys == 3)
        #expect(keys.map { limiter.assess($0, cost: 1, at: .zero).remaining } == [2, 5, 3, 3])
    }

    @Test func `keeps the order of use under random use`() {
        var table = KeyTable<Int>(capacity: 50)
        var order: [UInt64] = []
        var random = SeededGenerator(seed: 4)
        for step in 0..<20_000 {
            let key = UInt64.random(in: 1...80, using: &random)
            table.update(LimitKey(digest: key), fresh: 0, isSpent: { _ in false }, change: { $0 = step })
            order.removeAll { $0 == key }
            order.append(key)
            if order.count > 50 { order.removeFirst() }
            guard table.count == order.count, order.allSatisfy({ table[LimitKey(digest: $0)] != nil }) else {
                Issue.record("step \(step): the table lost or kept the wrong key")
                return
            }
        }
        #expect(table.recentKeys(atMost: 7).map(\.digest) == order.suffix(7).reversed())
        #expect(table.recentKeys(atMost: .max).map(\.digest) == order.reversed())
    }

    @Test(arguments: policies) func `tells the keys used last`(_ policy: LimitPolicy) {
        var limiter = policy.makeLimiter(wall: Self.wall)
        for number in 1...5 as ClosedRange<UInt64> { limiter.charge(LimitKey(digest: number), cost: 1, at: .zero) }
        #expect(limiter.recentKeys(atMost: 3).map(\.digest) == [5, 4, 3])
        var strict: any RateLimiter = PenalisingLimiter(limiter, penalty: Penalty(duration: .seconds(1)))
        strict = EscalatingLimiter(
            strict, escalation: Escalation(refusals: 2, within: .seconds(1), ban: .seconds(9)))
        for number in [2, 7] as [UInt64] { strict.noteRefusal(LimitKey(digest: number), at: .zero) }
        #expect(strict.recentKeys(atMost: 9).map(\.digest) == [5, 4, 3, 2, 1, 7])
    }

    @Test func `callers of different names have different keys`() {
        let names = (0..<10_000).map { "caller-\($0)" }
        #expect(Set(names.map { LimitKey($0.utf8) }).count == names.count)
        #expect(LimitKey("".utf8) != .shared)
    }
}
