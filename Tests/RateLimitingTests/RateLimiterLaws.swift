import Glibc
import HTTPSemantics
import RateLimiting
import Testing

/// The laws that every rate limiter obeys, checked on random steps in virtual time.
///
/// Each step moves the clock (often to a border, or one nanosecond before it), asks for a random key and cost, and
/// charges. The steps follow from the seed, which a failure names.
struct RateLimiterLaws {
    /// How many steps are taken for one limiter, all its settings together: 100,000, or as many as RETROGRADE_LAW_STEPS
    /// says. CI takes a million.
    static let steps = getenv("RETROGRADE_LAW_STEPS").flatMap { Int(String(cString: $0)) } ?? 100_000

    var limiter: any RateLimiter
    /// The same limiter, written for the eye.
    var model: any ModelLimiter
    /// The length of time in which the algorithm forgets; steps are of its order.
    var window: Duration
    /// The most that one key may be granted from an instant to another, both included.
    var allowance: (_ from: Instant, _ to: Instant) -> Int64
    /// Whether what is admitted is held until it is released. Time opens no such limit.
    var holds = false

    mutating func check(seed: UInt64, steps: Int) {
        var random = SeededGenerator(seed: seed)
        var now = Instant.zero
        var borders: [Instant] = []
        var grants: [(key: LimitKey, instant: Instant, cost: Int64)] = []
        for step in 0..<steps {
            now = later(than: now, borders, &random)
            if holds, Bool.random(using: &random) { releaseOne(of: &grants, at: now, &random) }
            let key = LimitKey(digest: UInt64.random(in: 1...4, using: &random))
            let cost = cost(&random)
            var said = limiter.assess(key, cost: cost, at: now)
            let place = Comment(rawValue: "seed \(seed), step \(step): key \(key.digest), cost \(cost), at \(now)")

            let isBlocked = model.isBlocked(key, at: now)
            let expected = isBlocked ? 0 : model.remaining(key, at: now)
            guard said.remaining == expected, said.admits == (!isBlocked && cost <= expected) else {
                Issue.record("\(place): \(said), the model has \(expected) left, blocked: \(isBlocked)")
                return
            }
            if !said.admits {
                // What a refused caller is told comes after the refusal and what follows from it.
                guard obeys(said, key, cost, now) else {
                    Issue.record("\(place): \(said)")
                    return
                }
                limiter.noteRefusal(key, at: now)
                model.noteRefusal(key, at: now)
                said = limiter.assess(key, cost: cost, at: now)
            }
            guard obeys(said, key, cost, now) else {
                Issue.record("\(place): \(said)")
                return
            }
            // Now and then a refused request is charged, as some upstreams do.
            if said.admits || !holds && Int.random(in: 0..<16, using: &random) == 0 {
                limiter.charge(key, cost: cost, at: now)
                model.charge(key, cost: cost, at: now)
            }
            if said.admits {
                if grants.count == 50 { grants.removeFirst() }
                grants.append((key, now, cost))
                guard isAllowed(grants) else {
                    Issue.record("\(place): granted too much: \(grants)")
                    return
                }
            }
            borders = borders.suffix(3) + [said.retryAt, said.resetAt].compactMap { $0 == .distantFuture ? nil : $0 }
        }
        #expect(limiter.trackedKeys <= 4)
    }

    private func obeys(_ said: Assessment, _ key: LimitKey, _ cost: Int64, _ now: Instant) -> Bool {
        isTrue(said, key, cost, now) && isMonotone(said, key, cost, now) && neverGoesBack(said, key, cost, now)
    }

    /// Ends one of the exchanges that were admitted.
    private mutating func releaseOne(
        of grants: inout [(key: LimitKey, instant: Instant, cost: Int64)], at now: Instant,
        _ random: inout SeededGenerator
    ) {
        guard let index = grants.indices.randomElement(using: &random) else { return }
        let grant = grants.remove(at: index)
        limiter.release(grant.key, cost: grant.cost, at: now)
        model.release(grant.key, cost: grant.cost, at: now)
    }

    /// Times that matter: none at all, a nanosecond, a fraction of the window, several windows, and the borders that
    /// were announced.
    private func later(than now: Instant, _ borders: [Instant], _ random: inout SeededGenerator) -> Instant {
        let length = window.nanoseconds
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: return now
        case 2: return now + .nanoseconds(1)
        case 3: return now + .nanoseconds(Int64.random(in: 0...length * 3, using: &random))
        case 4, 5:
            guard let border = borders.randomElement(using: &random) else { return now }
            return max(now, border - .nanoseconds(Int64.random(in: 0...1, using: &random)))
        default: return now + .nanoseconds(Int64.random(in: 0...max(1, length / 8), using: &random))
        }
    }

    private func cost(_ random: inout SeededGenerator) -> Int64 {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: 0
        case 1: limiter.capacity
        case 2: limiter.capacity + 1
        case 3: .max
        case 4..<10: Int64.random(in: 0...limiter.capacity, using: &random)
        default: 1
        }
    }

    /// What is announced happens: the request passes at that instant and not a nanosecond before, and the quota is
    /// full when it is said to be and not before. What can never pass has no such instant.
    private func isTrue(_ said: Assessment, _ key: LimitKey, _ cost: Int64, _ now: Instant) -> Bool {
        if holds {
            let isFull = said.remaining == said.capacity
            return said.capacity == limiter.capacity && said.retryAt == (said.admits ? now : nil)
                && said.resetAt == (isFull ? now : .distantFuture)
        }
        guard said.capacity == limiter.capacity, said.resetAt >= now,
            limiter.assess(key, cost: 0, at: said.resetAt).remaining == said.capacity
        else { return false }
        if said.resetAt > now,
            limiter.assess(key, cost: 0, at: said.resetAt - .nanoseconds(1)).remaining == said.capacity
        {
            return false
        }
        if said.admits { return said.retryAt == now }
        guard let retryAt = said.retryAt else { return cost > said.capacity }
        return cost <= said.capacity && retryAt > now && limiter.assess(key, cost: cost, at: retryAt).admits
            && !limiter.assess(key, cost: cost, at: retryAt - .nanoseconds(1)).admits
    }

    /// A smaller cost is never worse.
    private func isMonotone(_ said: Assessment, _ key: LimitKey, _ cost: Int64, _ now: Instant) -> Bool {
        guard cost > 0 else { return said.admits || said.block != nil }
        let smaller = limiter.assess(key, cost: cost - 1, at: now)
        return (smaller.admits || !said.admits)
            && (smaller.retryAt ?? .distantFuture) <= (said.retryAt ?? .distantFuture)
            && smaller.remaining == said.remaining
    }

    /// A clock that went back, which nobody should have, never gives quota away.
    private func neverGoesBack(_ said: Assessment, _ key: LimitKey, _ cost: Int64, _ now: Instant) -> Bool {
        let earlier = limiter.assess(key, cost: cost, at: now - .nanoseconds(window.nanoseconds / 3))
        return earlier.remaining <= said.remaining && (0...said.capacity).contains(earlier.remaining)
    }

    /// No stretch of time that ends with the last grant holds more than the definition allows.
    private func isAllowed(_ grants: [(key: LimitKey, instant: Instant, cost: Int64)]) -> Bool {
        guard let last = grants.last else { return true }
        var sum: Int64 = 0
        for grant in grants.reversed() where grant.key == last.key {
            sum += grant.cost
            if sum > allowance(grant.instant, last.instant) { return false }
        }
        return true
    }
}

/// A limiter's definition as plainly as it can be written, to compare with.
protocol ModelLimiter {
    func remaining(_ key: LimitKey, at now: Instant) -> Int64
    /// Takes the cost, or all there is.
    mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant)
    mutating func release(_ key: LimitKey, cost: Int64, at now: Instant)
    /// Whether the key is kept out whatever its quota.
    func isBlocked(_ key: LimitKey, at now: Instant) -> Bool
    mutating func noteRefusal(_ key: LimitKey, at now: Instant)
}

extension ModelLimiter {
    mutating func release(_ key: LimitKey, cost: Int64, at now: Instant) {}
    func isBlocked(_ key: LimitKey, at now: Instant) -> Bool { false }
    mutating func noteRefusal(_ key: LimitKey, at now: Instant) {}
}
