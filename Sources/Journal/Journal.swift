public import HTTPSemantics

/// What happened in a lane, in order, in bounded memory.
///
/// When it is full, the oldest entries go and are counted: a reader that needs them can tell that they are
/// missing, and a verdict without them is inconclusive.
///
/// Writing is on the path of every request, reading is not. So an entry is kept as a slot of fixed size in a
/// ``JournalSegment``, with its bytes in the segment's arena, and becomes a ``JournalEntry`` when somebody reads it.
public struct Journal: Sendable {
    /// The largest number of entries kept.
    public let capacity: Int
    /// Segments that are full, the oldest first.
    private var full: [JournalSegment] = []
    private var current: JournalSegment
    private let segmentSize: Int
    /// The number the next entry gets, which is how many there have been.
    public private(set) var nextNumber: UInt64 = 0

    public init(capacity: Int = 1_000_000) {
        precondition(capacity > 0, "a journal keeps something")
        self.capacity = capacity
        segmentSize = min(capacity, JournalSegment.largestSize)
        current = JournalSegment(first: 0)
    }

    /// How many entries were dropped because the journal was full.
    public var dropped: UInt64 { nextNumber > UInt64(capacity) ? nextNumber - UInt64(capacity) : 0 }

    public mutating func append(_ event: JournalEntry.Event, exchange: UInt64, at instant: Instant) {
        makeRoom()
        current.append(event, exchange: exchange, at: instant)
    }

    /// Appends `.arrived` from the bytes of a request.
    public mutating func appendArrival(
        connection: UInt64, method: String, target: [UInt8], fields: FieldBlock, peer: String, exchange: UInt64,
        at instant: Instant
    ) {
        makeRoom()
        current.appendArrival(
            connection: connection, method: method, target: target, fields: fields, peer: peer, exchange: exchange,
            at: instant)
    }

    /// Appends another entry that says the same as the one with a number, of another exchange and instant. It takes
    /// a slot and no bytes.
    ///
    /// - Returns: false, and nothing was appended, where that entry is no longer at hand: then append a whole one.
    public mutating func appendRepeated(_ number: UInt64, exchange: UInt64, at instant: Instant) -> Bool {
        guard number >= current.first, number < nextNumber, current.count < segmentSize else { return false }
        current.appendRepeated(Int(number - current.first), exchange: exchange, at: instant)
        nextNumber += 1
        return true
    }

    /// Forgets everything; the next entry has number 0.
    public mutating func reset() { self = Journal(capacity: capacity) }

    /// The entries kept whose number is at least `number`.
    ///
    /// - Parameter redaction: makes the secrets in fields and targets of requests unreadable.
    public func entries(since number: UInt64 = 0, redaction: Redaction? = nil) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        let start = max(number, dropped)
        guard start < nextNumber else { return entries }
        entries.reserveCapacity(Int(nextNumber - start))
        for segment in full where segment.end > start { segment.read(from: start, redaction, into: &entries) }
        current.read(from: start, redaction, into: &entries)
        return entries
    }

    /// Counts the next entry, after whatever must be done to have a place for it.
    private mutating func makeRoom() {
        if current.count == segmentSize {
            let next = JournalSegment(first: nextNumber, following: current)
            full.append(current)
            current = next
            let dropped = dropped
            full.removeAll { $0.end <= dropped }
        }
        nextNumber += 1
    }
}
