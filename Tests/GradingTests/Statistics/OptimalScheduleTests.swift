import Grading
import HTTPSemantics
import RateLimiting
import Testing

/// The formulas against the limiters of the upstream itself, each call being sent at the first instant that admits it.
@Suite struct OptimalScheduleTests {
    static let wall = WallLine(origin: WallTime(secondsSinceEpoch: 1_800_000_720))

    /// When the last of so many calls is admitted, in seconds, if each is sent as soon as the limiter lets it pass.
    func greedy(_ policy: LimitPolicy, calls: Int, from start: Duration = .zero, used: Int64 = 0) -> Double {
        var limiter = policy.makeLimiter(wall: Self.wall)
        let key = LimitKey(digest: 1)
        if used > 0 { limiter.charge(key, cost: used, at: .zero) }
        var now = Instant.zero + start
        for call in 0..<calls {
            let assessment = limiter.assess(key, cost: 1, at: now)
            if !assessment.admits, let later = assessment.retryAt { now = later }
            if !limiter.assess(key, cost: 1, at: now).admits {
                Issue.record("call \(call) is not admitted when it said")
            }
            limiter.charge(key, cost: 1, at: now)
        }
        return (now - (Instant.zero + start)).inSeconds
    }

    func agree(_ formula: Double, _ simulated: Double) -> Bool { abs(formula - simulated) < 1e-6 }

    @Test func `fixed windows`() {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<400 {
            let quota = Int.random(in: 1...30, using: &generator)
            let calls = Int.random(in: 1...200, using: &generator)
            let window = Int.random(in: 1...10, using: &generator)
            let used = Int.random(in: 0..<quota, using: &generator)
            let elapsed = Double(Int.random(in: 0..<window * 1000, using: &generator)) / 1000
            let policy = LimitPolicy.fixedWindow(quota: Int64(quota), window: .seconds(window), start: .calendar)
            let formula = OptimalSchedule.fixedWindow(
                calls: calls, quota: quota, window: Double(window), elapsed: elapsed, left: quota - used)
            // The wall line begins at a multiple of 2,520 s, which every window of 1 to 10 s divides.
            let simulated = greedy(
                policy, calls: calls, from: .milliseconds(Int((elapsed * 1000).rounded())), used: Int64(used))
            #expect(
                agree(formula, simulated), "\(calls) calls, \(quota) per \(window) s, \(used) used, \(elapsed) s in")
        }
        #expect(OptimalSchedule.fixedWindow(calls: 100, quota: 10, window: 2) == 18)
    }

    @Test func `sliding windows`() {
        var generator = SeededGenerator(seed: 32)
        for _ in 0..<200 {
            let quota = Int.random(in: 1...30, using: &generator)
            let calls = Int.random(in: 1...200, using: &generator)
            let window = Int.random(in: 1...10, using: &generator)
            let simulated = greedy(
                .slidingWindowLog(quota: Int64(quota), window: .seconds(window)), calls: calls)
            #expect(
                agree(OptimalSchedule.slidingWindowLog(calls: calls, quota: quota, window: Double(window)), simulated))
        }
    }

    @Test func `two windows that estimate one are a window worse`() {
        #expect(OptimalSchedule.slidingWindowCounter(calls: 10, quota: 10, window: 10) == 0)
        for calls in [11, 20, 55, 100] {
            let formula = OptimalSchedule.slidingWindowCounter(calls: calls, quota: 10, window: 10)
            let simulated = greedy(.slidingWindowCounter(quota: 10, window: .seconds(10)), calls: calls)
            // From window to window a little is lost.
            #expect(simulated > formula - 0.01 && simulated < 1.1 * formula)
            #expect(calls > 20 || abs(simulated - formula) < 0.01)
        }
    }

    @Test func `buckets`() {
        var generator = SeededGenerator(seed: 33)
        for _ in 0..<200 {
            let burst = Int.random(in: 1...30, using: &generator)
            let perSecond = [1, 2, 4, 5, 8, 10, 20].randomElement(using: &generator)!
            let calls = Int.random(in: 1...200, using: &generator)
            let bucket = greedy(
                .tokenBucket(quota: Int64(perSecond), window: .seconds(1), burst: Int64(burst)), calls: calls)
            #expect(
                agree(
                    OptimalSchedule.tokenBucket(calls: calls, tokens: Double(burst), rate: Double(perSecond)), bucket))
            let cells = greedy(
                .gcra(quota: Int64(perSecond), window: .seconds(1), burst: Int64(burst)), calls: calls)
            #expect(
                agree(OptimalSchedule.gcra(calls: calls, burst: burst, interval: 1 / Double(perSecond)), cells))
        }
    }

    @Test func `places and workers`() {
        #expect(abs(OptimalSchedule.concurrency(calls: 200, places: 5, service: 0.1) - 4) < 1e-9)
        #expect(
            OptimalSchedule.makespan(admission: 18, calls: 100, workers: 10, service: 0.1) == 18.1)
        #expect(abs(OptimalSchedule.makespan(admission: 0, calls: 100, workers: 2, places: 5, service: 1) - 50) < 1e-9)
        #expect(abs(OptimalSchedule.makespan(admission: 0, calls: 100, workers: 20, places: 5, service: 1) - 20) < 1e-9)
    }

    /// Workers that share the calls and obey Retry-After exactly, each for itself, in fixed windows.
    func refusals(calls: Int, quota: Int, workers: Int) -> Int {
        var left = calls
        var refused = 0
        while left > 0 {
            left -= min(quota, left)
            refused += min(workers, left)
        }
        return refused
    }

    @Test(arguments: [(100, 10, 10, 90), (100, 10, 20, 170), (200, 20, 50, 410)])
    func `workers that do not share waste as much as the table says`(
        calls: Int, quota: Int, workers: Int, expected: Int
    ) {
        #expect(refusals(calls: calls, quota: quota, workers: workers) == expected)
        #expect(expected <= LeastRefusals.unshared(calls: calls, quota: quota, workers: workers))
        #expect(LeastRefusals.sharedGate(calls: calls, quota: quota) == calls / quota - 1)
    }

    @Test func `refusals that cannot be avoided`() {
        #expect(LeastRefusals.informed == 0)
        #expect(LeastRefusals.firstBurst(workers: 20, left: 5) == 15)
        #expect(LeastRefusals.firstBurst(workers: 3, left: 5) == 0)
        #expect(LeastRefusals.sharedGate(calls: 10, quota: 10) == 0)
        #expect(LeastRefusals.sharedGate(calls: 11, quota: 10) == 1)
    }
}
