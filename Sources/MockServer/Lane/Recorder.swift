internal import HTTPSemantics
internal import Journal

/// A lane's journal with those who wait for it to grow.
struct Recorder {
    struct WaiterID: Hashable { fileprivate var number: Int }

    private struct Waiter {
        var since: UInt64
        /// The journal's next number that satisfies it.
        var wanted: UInt64
        var answer: (JournalSlice) -> Void
    }

    private var journal: Journal
    /// Makes the secrets of requests unreadable, when somebody reads.
    private let redaction: Redaction
    private var waiters: [WaiterID: Waiter] = [:]
    private var waitersSoFar = 0
    private var isClosed = false

    init(capacity: Int, redaction: Redaction) {
        journal = Journal(capacity: capacity)
        self.redaction = redaction
    }

    mutating func append(_ event: JournalEntry.Event, exchange: UInt64, at instant: Instant) {
        journal.append(event, exchange: exchange, at: instant)
        answerWaiters()
    }

    /// Appends `.arrived`. Its secrets are redacted when somebody reads it.
    mutating func appendArrival(
        connection: UInt64, method: String, target: [UInt8], fields: FieldBlock, peer: String, exchange: UInt64,
        at instant: Instant
    ) {
        journal.appendArrival(
            connection: connection, method: method, target: target, fields: fields, peer: peer, exchange: exchange,
            at: instant)
        answerWaiters()
    }

    /// Appends what the entry with a number says once more.
    ///
    /// - Returns: false where that entry is no longer at hand.
    mutating func appendRepeated(_ number: UInt64, exchange: UInt64, at instant: Instant) -> Bool {
        guard journal.appendRepeated(number, exchange: exchange, at: instant) else { return false }
        answerWaiters()
        return true
    }

    private mutating func answerWaiters() {
        guard !waiters.isEmpty else { return }
        for (id, waiter) in waiters where waiter.wanted <= journal.nextNumber { giveUp(id) }
    }

    func slice(since number: UInt64) -> JournalSlice { snapshot(since: number).slice }

    /// What ``slice(since:)`` is made of: cheap to take on the loop, and to be read elsewhere.
    func snapshot(since number: UInt64) -> JournalSnapshot {
        JournalSnapshot(journal: journal, since: number, hasEnded: isClosed, redaction: redaction)
    }

    /// Since the last reset, those lost included.
    var entriesSoFar: UInt64 { journal.nextNumber }
    var dropped: UInt64 { journal.dropped }

    /// - Returns: `nil` if there is nothing to wait for.
    mutating func wait(
        since number: UInt64, for count: Int, _ answer: @escaping (JournalSlice) -> Void
    ) -> WaiterID? {
        let (wanted, overflow) = number.addingReportingOverflow(UInt64(max(count, 0)))
        guard !overflow, wanted > journal.nextNumber else { return nil }
        waitersSoFar += 1
        let id = WaiterID(number: waitersSoFar)
        waiters[id] = Waiter(since: number, wanted: wanted, answer: answer)
        return id
    }

    /// Answers one who waits with what there is; one who was answered is no error.
    mutating func giveUp(_ id: WaiterID) {
        guard let waiter = waiters.removeValue(forKey: id) else { return }
        waiter.answer(slice(since: waiter.since))
    }

    mutating func reset() { journal = Journal(capacity: journal.capacity) }

    /// Answers all who wait: nothing will follow.
    mutating func close() {
        isClosed = true
        for id in waiters.keys { giveUp(id) }
    }
}
