import Backoff
import HTTPSemantics
import Testing

@Suite struct JitterTests {
    struct Bounds: CustomTestStringConvertible {
        var jitter: Jitter
        /// The least and the greatest wait at a step, in milliseconds, for base 500 ms, factor 2, floor 50 ms.
        var range: @Sendable (_ retry: Int, _ previous: Double) -> ClosedRange<Double>
        var testDescription: String { "\(jitter)" }
    }

    static func step(_ retry: Int) -> Double { min(20_000, 500 * Double(1 << retry)) }

    @Test(arguments: [
        Bounds(jitter: .full) { retry, _ in 50...step(retry) },
        Bounds(jitter: .equal) { retry, _ in step(retry) / 2...step(retry) },
        Bounds(jitter: .decorrelated) { _, previous in 500...min(20_000, 3 * previous) },
        Bounds(jitter: .proportional(0.25)) { retry, _ in step(retry) * 0.75...step(retry) * 1.25 },
        Bounds(jitter: .proportional(1)) { retry, _ in 50...step(retry) * 2 },
        Bounds(jitter: .none) { retry, _ in step(retry)...step(retry) },
    ])
    func `waits keep their bounds and use them`(bounds: Bounds) {
        var policy = BackoffPolicy()
        policy.jitter = bounds.jitter
        for seed in UInt64(0)..<200 {
            var generator = SeededGenerator(seed: seed)
            var previous: Duration?
            for retry in 0..<9 {
                let wait = policy.ladderWait(retry: retry, previous: previous, using: &generator)
                let range = bounds.range(retry, previous.map { $0.inSeconds * 1000 } ?? 500)
                let milliseconds = wait.inSeconds * 1000
                #expect(range.lowerBound - 0.001 <= milliseconds, "seed \(seed), retry \(retry)")
                #expect(milliseconds <= range.upperBound + 0.001, "seed \(seed), retry \(retry)")
                previous = wait
            }
        }
    }

    @Test(arguments: [Jitter.full, .equal, .decorrelated, .proportional(0.25)])
    func `waits spread over the width that the formula has`(jitter: Jitter) {
        var policy = BackoffPolicy()
        policy.jitter = jitter
        var generator = SeededGenerator(seed: 2015)
        let waits = (0..<2000).map { _ in
            policy.ladderWait(retry: 0, previous: nil, using: &generator).inSeconds * 1000
        }
        let expected: ClosedRange<Double> =
            switch jitter {
            case .full: 50...500
            case .equal: 250...500
            case .decorrelated: 500...1500
            case .proportional, .none: 375...625
            }
        let width = expected.upperBound - expected.lowerBound
        #expect((waits.min() ?? 0) < expected.lowerBound + 0.02 * width)
        #expect((waits.max() ?? 0) > expected.upperBound - 0.02 * width)
        let mean = waits.reduce(0, +) / 2000
        #expect(abs(mean - (expected.lowerBound + expected.upperBound) / 2) < 0.03 * width)
    }

    @Test(arguments: [Jitter.full, .equal, .decorrelated, .proportional(0.25), .none])
    func `mean waits grow by more than a half from retry to retry`(jitter: Jitter) {
        var policy = BackoffPolicy()
        policy.jitter = jitter
        policy.cap = .seconds(600)
        var sums = [Double](repeating: 0, count: 4)
        for seed in UInt64(0)..<2000 {
            var generator = SeededGenerator(seed: seed)
            var previous: Duration?
            for retry in 0..<4 {
                let wait = policy.ladderWait(retry: retry, previous: previous, using: &generator)
                sums[retry] += wait.inSeconds
                previous = wait
            }
        }
        for (shorter, longer) in zip(sums, sums.dropFirst()) { #expect(longer > 1.5 * shorter) }
    }

    @Test func `the same seed gives the same waits`() {
        func ladder(seed: UInt64) -> [Duration] {
            var generator = SeededGenerator(seed: seed)
            return (0..<4).map { BackoffPolicy().ladderWait(retry: $0, previous: nil, using: &generator) }
        }
        #expect(ladder(seed: 7) == ladder(seed: 7))
        #expect(ladder(seed: 7) != ladder(seed: 8))
    }

    @Test func `the ladder stops at the cap, however high it is climbed`() {
        var policy = BackoffPolicy()
        #expect((0..<7).map(policy.ladderStep) == [0.5, 1, 2, 4, 8, 16, 20].map { .seconds($0) })
        #expect(policy.ladderStep(retry: 1_000_000) == .seconds(20))
        policy.factor = 1
        #expect(policy.ladderStep(retry: 100_000) == .milliseconds(500))
    }
}
