import HTTPSemantics
import TestSupport
import Testing

@testable import Simulation

@Suite struct EventQueueTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `gives events back in order of time, equals in order of adding`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = EventQueue<Int>()
        var expected: [(Instant, Int)] = []
        for number in 0..<500 {
            let instant = Instant(nanoseconds: .random(in: 0..<40, using: &generator))
            queue.push(number, at: instant)
            expected.append((instant, number))
        }
        expected.sort { ($0.0, $0.1) < ($1.0, $1.1) }
        for (instant, number) in expected {
            let next = queue.pop(until: .distantFuture)
            #expect(next?.instant == instant)
            #expect(next?.event == number)
        }
        #expect(queue.isEmpty)
    }

    @Test func `keeps what lies after the end`() {
        var queue = EventQueue<String>()
        queue.push("late", at: .seconds(9))
        queue.push("early", at: .seconds(3))
        #expect(queue.pop(until: .seconds(5))?.event == "early")
        let second = queue.pop(until: .seconds(5))
        #expect(second == nil)
        #expect(!queue.isEmpty)
    }
}
