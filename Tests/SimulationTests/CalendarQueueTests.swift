import HTTPSemantics
import Testing

@testable import Simulation

@Suite struct CalendarQueueTests {
    @Test func `an event is a time, somebody and a kind`() {
        let event = PackedEvent(.hear, PackedEvent.largestID, at: PackedEvent.latest)
        #expect(event.microseconds == PackedEvent.latest)
        #expect(event.id == PackedEvent.largestID)
        #expect(event.kind == .hear)
        #expect(PackedEvent(.hear, 7, at: 1) < PackedEvent(.begin, 3, at: 2))
    }

    /// Times as close as microseconds and as far apart as days, each later one added while earlier ones are taken.
    @Test(arguments: [1, 1_000, 1_000_000, 1_000_000_000])
    func `gives events back in order, whatever is added meanwhile`(reach: Int) {
        var generator = SeededGenerator(seed: UInt64(reach))
        var queue = CalendarQueue()
        var waiting = Set<UInt64>()
        func add(from now: Int) {
            let at = min(now + Int.random(in: 0...reach, using: &generator), PackedEvent.latest)
            let event = PackedEvent(.ask, .random(in: 0...PackedEvent.largestID, using: &generator), at: at)
            if waiting.insert(event.bits).inserted { queue.push(event) }
        }
        for _ in 0..<300 { add(from: 0) }
        var taken = 0
        while let event = queue.pop() {
            taken += 1
            #expect(event.bits == waiting.min())
            waiting.remove(event.bits)
            if taken < 1_000 { add(from: event.microseconds) }
        }
        #expect(waiting.isEmpty)
        #expect(queue.count == 0)
        #expect(taken >= 300)
    }
}
