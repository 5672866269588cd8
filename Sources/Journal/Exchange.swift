public import HTTPSemantics

/// One request and everything that became of it, gathered from the entries of a journal: what rules read.
public struct Exchange: Hashable, Sendable, Identifiable {
    public var id: UInt64
    /// `a`: the request line is complete.
    public var arrivedAt: Instant
    public var arrival: Arrival
    public var body: BodySummary?
    public var decision: Decision?
    public var decidedAt: Instant?
    public var reply: ReplyHead?
    /// `s-`: just before the first byte of the response is written, or, for a fault that sends none, the instant
    /// it fired.
    public var repliedAt: Instant?
    /// `s+`: the last byte has left user space, or the exchange broke.
    public var endedAt: Instant?
    /// `nil` while it runs and where it completed.
    public var abort: Abort?

    public init(id: UInt64, arrivedAt: Instant, arrival: Arrival) {
        self.id = id
        self.arrivedAt = arrivedAt
        self.arrival = arrival
    }

    /// Gathers exchanges in order of arrival, and the stalls of the server in order.
    public static func gather(_ entries: [JournalEntry]) -> (exchanges: [Exchange], stalls: [Stall]) {
        var exchanges: [Exchange] = []
        var stalls: [Stall] = []
        var positions: [UInt64: Int] = [:]
        for entry in entries {
            if case .arrived(let arrival) = entry.event {
                positions[entry.exchange] = exchanges.count
                exchanges.append(Exchange(id: entry.exchange, arrivedAt: entry.instant, arrival: arrival))
                continue
            }
            if case .stalled(let stall) = entry.event {
                stalls.append(stall)
                continue
            }
            // The arrival of an exchange may have been dropped from a bounded journal; what is left of it then
            // says nothing.
            guard let position = positions[entry.exchange] else { continue }
            exchanges[position].note(entry)
        }
        return (exchanges, Stall.inOrder(stalls))
    }

    private mutating func note(_ entry: JournalEntry) {
        switch entry.event {
        case .arrived, .stalled, .clockStepped: break
        case .received(let summary): body = summary
        case .decided(let decision): (self.decision, decidedAt) = (decision, entry.instant)
        case .replied(let head): (reply, repliedAt) = (head, entry.instant)
        case .completed: endedAt = entry.instant
        case .aborted(let reason):
            (abort, endedAt) = (reason, entry.instant)
            if reason == .fault, repliedAt == nil { repliedAt = entry.instant }
        }
    }
}
