internal import DequeModule
public import HTTPSemantics

/// What happened in a lane, in order, in bounded memory.
///
/// When it is full, the oldest entries go and are counted: a reader that needs them can tell that they are
/// missing, and a verdict without them is inconclusive.
public struct Journal: Sendable {
    /// The largest number of entries kept.
    public let capacity: Int
    private var kept: Deque<JournalEntry> = []
    /// The number the next entry gets, which is how many there have been.
    public private(set) var nextNumber: UInt64 = 0

    public init(capacity: Int = 1_000_000) {
        precondition(capacity > 0, "a journal keeps something")
        self.capacity = capacity
    }

    /// How many entries were dropped because the journal was full.
    public var dropped: UInt64 { nextNumber - UInt64(kept.count) }

    public mutating func append(_ event: JournalEntry.Event, exchange: UInt64, at instant: Instant) {
        if kept.count == capacity { kept.removeFirst() }
        kept.append(JournalEntry(number: nextNumber, instant: instant, exchange: exchange, event: event))
        nextNumber += 1
    }

    /// Forgets everything; the next entry has number 0.
    public mutating func reset() {
        kept.removeAll()
        nextNumber = 0
    }

    /// The entries kept whose number is at least `number`.
    public func entries(since number: UInt64 = 0) -> [JournalEntry] {
        let first = dropped
        guard number < nextNumber else { return [] }
        return Array(kept.dropFirst(Int(max(number, first) - first)))
    }
}
