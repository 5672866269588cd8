import HTTPSemantics
import Journal
import Testing

@testable import Grading

@Suite struct NearStallsTests {
    @Test func `a stall puts stamps in doubt that lie in it or 25 ms beside it`() {
        let stalls = [Stall(from: Instant(seconds: 1), until: Instant(seconds: 2))]
        for (second, expected) in [(0.974, false), (0.975, true), (1.5, true), (2.025, true), (2.026, false)] {
            #expect(stalls.areNear(Instant(seconds: second)) == expected, "\(second)")
        }
        #expect(![].areNear(Instant(seconds: 1)))
    }

    @Test func `among many, the same ones as one by one`() {
        var random = SeededGenerator(seed: 4)
        func instant() -> Instant { .zero + .milliseconds(Int64.random(in: 0...20_000, using: &random)) }
        for _ in 0..<100 {
            let stalls = Stall.inOrder(
                (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    let from = instant()
                    return Stall(from: from, until: from + .milliseconds(Int64.random(in: 1...300, using: &random)))
                })
            for _ in 0..<50 {
                let stamp = instant()
                let reach = Duration.milliseconds(25)
                let expected = stalls.contains { $0.from - reach <= stamp && stamp <= $0.until + reach }
                #expect(stalls.areNear(stamp) == expected)
            }
        }
    }
}
