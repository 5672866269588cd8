internal import HTTPSemantics

/// What is to happen, in order of time; what is due at the same instant, in the order in which it was added.
///
/// A heap with four children to a node: half as deep as a binary one, and the four lie side by side in memory.
struct EventQueue<Event> {
    private struct Entry {
        var instant: Instant
        /// Makes the order of equal instants that of their adding.
        var number: UInt64
        var event: Event

        func precedes(_ other: Entry) -> Bool {
            instant == other.instant ? number < other.number : instant < other.instant
        }
    }

    private var heap: [Entry] = []
    private var added: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }

    mutating func reserve(_ count: Int) { heap.reserveCapacity(count) }

    mutating func push(_ event: Event, at instant: Instant) {
        let entry = Entry(instant: instant, number: added, event: event)
        added += 1
        heap.append(entry)
        var position = heap.count - 1
        while position > 0 {
            let parent = (position - 1) / 4
            guard entry.precedes(heap[parent]) else { break }
            heap[position] = heap[parent]
            position = parent
        }
        heap[position] = entry
    }

    /// Takes the next event, unless it lies after `end`.
    mutating func pop(until end: Instant) -> (instant: Instant, event: Event)? {
        guard let first = heap.first, first.instant <= end else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last) }
        return (first.instant, first.event)
    }

    /// Puts an entry where the first one was.
    private mutating func sink(_ entry: Entry) {
        var position = 0
        while true {
            var least = 4 * position + 1
            guard least < heap.count else { break }
            for child in least..<min(least + 4, heap.count) where heap[child].precedes(heap[least]) { least = child }
            guard heap[least].precedes(entry) else { break }
            heap[position] = heap[least]
            position = least
        }
        heap[position] = entry
    }
}
