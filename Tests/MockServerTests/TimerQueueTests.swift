import Testing

@testable import MockServer

struct TimerQueueTests {
    @Test func `gives what is due, earliest first, equals in the order of asking`() {
        var queue = TimerQueue<String>()
        _ = queue.schedule("c", at: 30)
        _ = queue.schedule("a", at: 10)
        _ = queue.schedule("b1", at: 20)
        _ = queue.schedule("b2", at: 20)
        #expect(queue.nextDue() == 10)
        var taken: [String] = []
        while let (due, element) = queue.popDue(at: 20) {
            #expect(due <= 20)
            taken.append(element)
        }
        #expect(taken == ["a", "b1", "b2"])
        #expect(queue.nextDue() == 30)
        #expect(queue.count == 1)
    }

    @Test func `forgets what was cancelled, also twice and also when it was done`() {
        var queue = TimerQueue<Int>()
        let first = queue.schedule(1, at: 1)
        let second = queue.schedule(2, at: 2)
        queue.cancel(first)
        queue.cancel(first)
        #expect(queue.nextDue() == 2)
        let popped = queue.popDue(at: 5)
        #expect(popped?.element == 2)
        queue.cancel(second)
        #expect(queue.nextDue() == nil)
    }

    @Test func `agrees with a sorted list over random schedules and cancellations`() {
        var generator = SplitMix(state: 7)
        var queue = TimerQueue<Int>()
        var model: [(due: Int64, element: Int, token: TimerQueue<Int>.Token)] = []
        for element in 0..<5_000 {
            let due = Int64(generator.next() % 1_000)
            model.append((due, element, queue.schedule(element, at: due)))
            if generator.next() % 3 == 0, let victim = model.indices.randomElement(using: &generator) {
                queue.cancel(model.remove(at: victim).token)
            }
        }
        // Stable: equal times stay in the order of asking.
        let expected = model.sorted { ($0.due, $0.element) < ($1.due, $1.element) }.map(\.element)
        var taken: [Int] = []
        while let (_, element) = queue.popDue(at: .max) { taken.append(element) }
        #expect(taken == expected)
        #expect(queue.count == 0)
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
