/// Things to do at points of the monotonic line, earliest first; equal times in the order they were scheduled.
///
/// A binary heap with lazy cancellation: a cancelled entry is forgotten at once and its place in the heap is given
/// up when it comes to the top, or when most of the heap is such places. It reads no clock.
struct TimerQueue<Element> {
    struct Token: Hashable, Sendable {
        fileprivate var sequence: UInt64
    }

    private struct Slot {
        var due: Int64
        var sequence: UInt64

        func precedes(_ other: Slot) -> Bool { (due, sequence) < (other.due, other.sequence) }
    }

    private var heap: [Slot] = []
    private var elements: [UInt64: Element] = [:]
    private var nextSequence: UInt64 = 0

    /// How many things wait.
    var count: Int { elements.count }

    /// When the next thing is due.
    mutating func nextDue() -> Int64? {
        dropCancelled()
        return heap.first?.due
    }

    mutating func schedule(_ element: Element, at due: Int64) -> Token {
        let slot = Slot(due: due, sequence: nextSequence)
        nextSequence += 1
        elements[slot.sequence] = element
        heap.append(slot)
        siftUp(from: heap.count - 1)
        return Token(sequence: slot.sequence)
    }

    /// Forgets a thing; one that was done or cancelled before is no error.
    mutating func cancel(_ token: Token) {
        elements[token.sequence] = nil
        guard heap.count > 64, heap.count > 2 * elements.count else { return }
        heap.removeAll { elements[$0.sequence] == nil }
        heap.sort { $0.precedes($1) }
    }

    /// Takes the next thing that is due at `now`, if any, with the time it was due.
    mutating func popDue(at now: Int64) -> (due: Int64, element: Element)? {
        dropCancelled()
        guard let first = heap.first, first.due <= now, let element = elements.removeValue(forKey: first.sequence)
        else { return nil }
        removeFirst()
        return (first.due, element)
    }

    private mutating func dropCancelled() {
        while let first = heap.first, elements[first.sequence] == nil { removeFirst() }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown(from: 0)
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2)
            where child < heap.count && heap[child].precedes(heap[least]) { least = child }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
