internal import HTTPSemantics

/// Some thousand entries of a journal in a row, and the bytes that they refer to. No reference leads out of a segment,
/// so that the oldest goes as a whole.
///
/// A slot takes 32 bytes whatever happened. Method, target and fields of requests and replies lie behind each other in
/// one arena; what repeats (the head of a request that is tried again, the outcome of a route) is there once.
struct JournalSegment: Sendable {
    /// Entries in a segment: few enough that the oldest are let go in small steps, and that 16 bits count them.
    static let largestSize = 4096

    /// The number of the first entry.
    let first: UInt64
    private var slots: [Slot] = []
    private var bytes: [UInt8] = []
    private var ends: [FieldBlock.Ends] = []
    private var requests: [Request] = []
    private var replies: [Fields] = []
    private var outlines: [DecisionOutline] = []
    /// What decisions say of limits: capacity, remaining, retry-at and reset-at of each.
    private var readings: [Int64] = []
    /// Events that are rare, as they are.
    private var others: [JournalEntry.Event] = []

    private struct Slot: Sendable {
        var instant: Instant
        var exchange: UInt64
        /// The length of a body, the number of an attempt, or the instant at which a reply was due.
        var number: Int64 = 0
        /// Where the rest is, in the array that the kind names.
        var position: Int32 = 0
        /// A status, the reason of an abort, or the position of an outline.
        var small: UInt16 = 0
        var kind: Kind
        /// Whether a body was complete, or a reply had an instant at which it was due.
        var flag = false
    }

    private enum Kind: UInt8 {
        /// In `requests`.
        case arrived
        /// A digest of 64 digits in `bytes`.
        case received
        /// An outline, and `readings`.
        case decided
        /// In `replies`.
        case replied
        case completed
        case aborted
        /// In `others`.
        case other
    }

    /// Where a field block lies in `bytes` and `ends`.
    private struct Fields: Sendable {
        var bytes: Range<Int32>
        var ends: Range<Int32>
    }

    private struct Request: Sendable {
        var connection: UInt64
        var method: String
        var peer: String
        var fields: Fields
        /// In `bytes`, up to where the fields begin.
        var target: Int32
    }

    init(first: UInt64) { self.first = first }

    /// An empty segment with room for what a former one held, so that no array is larger than it must be.
    init(first: UInt64, following former: JournalSegment) {
        self.first = first
        slots.reserveCapacity(former.slots.count)
        bytes.reserveCapacity(former.bytes.count)
        ends.reserveCapacity(former.ends.count)
        requests.reserveCapacity(former.requests.count)
        replies.reserveCapacity(former.replies.count)
        readings.reserveCapacity(former.readings.count)
    }

    var count: Int { slots.count }
    /// The number behind that of the last entry.
    var end: UInt64 { first + UInt64(slots.count) }

    // MARK: Writing

    mutating func append(_ event: JournalEntry.Event, exchange: UInt64, at instant: Instant) {
        switch event {
        case .arrived(let arrival):
            appendArrival(
                connection: arrival.connection, method: arrival.method, target: Array(arrival.target.utf8),
                fields: arrival.fields, peer: arrival.peer, exchange: exchange, at: instant)
        case .decided(let decision):
            append(decision, exchange: exchange, at: instant)
        case .replied(let head):
            guard let status = UInt16(exactly: head.status) else { return keep(event, exchange, instant) }
            slots.append(
                Slot(
                    instant: instant, exchange: exchange, number: head.due?.nanoseconds ?? 0,
                    position: Int32(replies.count), small: status, kind: .replied, flag: head.due != nil))
            let fields = append(head.fields)
            replies.append(fields)
        case .completed:
            slots.append(Slot(instant: instant, exchange: exchange, kind: .completed))
        case .aborted(let reason):
            slots.append(
                Slot(instant: instant, exchange: exchange, small: UInt16(reason.position), kind: .aborted))
        case .received(let body) where body.digest.utf8.count == Self.digestLength:
            slots.append(
                Slot(
                    instant: instant, exchange: exchange, number: Int64(body.length), position: Int32(bytes.count),
                    kind: .received, flag: body.complete))
            bytes.append(contentsOf: body.digest.utf8)
        case .received, .stalled, .clockStepped:
            keep(event, exchange, instant)
        }
    }

    mutating func appendArrival(
        connection: UInt64, method: String, target: [UInt8], fields: FieldBlock, peer: String, exchange: UInt64,
        at instant: Instant
    ) {
        slots.append(Slot(instant: instant, exchange: exchange, position: Int32(requests.count), kind: .arrived))
        let start = Int32(bytes.count)
        bytes.append(contentsOf: target)
        let fields = append(fields)
        requests.append(Request(connection: connection, method: method, peer: peer, fields: fields, target: start))
    }

    mutating func appendRepeated(_ index: Int, exchange: UInt64, at instant: Instant) {
        var slot = slots[index]
        slot.instant = instant
        slot.exchange = exchange
        slots.append(slot)
    }

    private mutating func append(_ decision: Decision, exchange: UInt64, at instant: Instant) {
        slots.append(
            Slot(
                instant: instant, exchange: exchange, number: Int64(decision.attempt),
                position: Int32(readings.count), small: UInt16(outline(of: decision)), kind: .decided))
        for reading in decision.limits {
            readings.append(reading.capacity)
            readings.append(reading.remaining)
            // The end of 64 bits is an instant like any other: what is missing is said by one number more.
            readings.append(reading.retryAt?.nanoseconds ?? 0)
            readings.append(reading.retryAt == nil ? 1 : 0)
            readings.append(reading.resetAt.nanoseconds)
        }
    }

    /// The position of an outline that fits. Only the last ones are looked at: a lane whose routes take turns by the
    /// thousand writes some twice.
    private mutating func outline(of decision: Decision) -> Int {
        for position in outlines.indices.suffix(8).reversed() where outlines[position].fits(decision) {
            return position
        }
        outlines.append(DecisionOutline(decision))
        return outlines.count - 1
    }

    private mutating func append(_ fields: FieldBlock) -> Fields {
        let start = (bytes: Int32(bytes.count), ends: Int32(ends.count))
        bytes.append(contentsOf: fields.bytes)
        ends.append(contentsOf: fields.ends)
        return Fields(bytes: start.bytes..<Int32(bytes.count), ends: start.ends..<Int32(ends.count))
    }

    private mutating func keep(_ event: JournalEntry.Event, _ exchange: UInt64, _ instant: Instant) {
        slots.append(Slot(instant: instant, exchange: exchange, position: Int32(others.count), kind: .other))
        others.append(event)
    }

    // MARK: Reading

    /// Appends the entries whose number is at least `number`. What several of them share is made once.
    func read(from number: UInt64, _ redaction: Redaction?, into entries: inout [JournalEntry]) {
        var arrivals = [Arrival?](repeating: nil, count: requests.count)
        var heads = [FieldBlock?](repeating: nil, count: replies.count)
        for index in Int(max(number, first) - first)..<slots.count {
            let slot = slots[index]
            let position = Int(slot.position)
            let event: JournalEntry.Event
            switch slot.kind {
            case .arrived:
                let arrival = arrivals[position] ?? self.arrival(position, redaction)
                arrivals[position] = arrival
                event = .arrived(arrival)
            case .received:
                let digest = String(decoding: bytes[position..<position + Self.digestLength], as: UTF8.self)
                event = .received(BodySummary(length: Int(slot.number), digest: digest, complete: slot.flag))
            case .decided: event = .decided(decision(slot))
            case .replied:
                let fields = heads[position] ?? block(replies[position])
                heads[position] = fields
                event = .replied(
                    ReplyHead(
                        status: Int(slot.small), fields: fields,
                        due: slot.flag ? Instant(nanoseconds: slot.number) : nil))
            case .completed: event = .completed
            case .aborted: event = .aborted(Abort.allCases[Int(slot.small)])
            case .other: event = others[position]
            }
            entries.append(
                JournalEntry(
                    number: first + UInt64(index), instant: slot.instant, exchange: slot.exchange, event: event))
        }
    }

    private func arrival(_ position: Int, _ redaction: Redaction?) -> Arrival {
        let request = requests[position]
        let target = bytes[Int(request.target)..<Int(request.fields.bytes.lowerBound)]
        let fields = block(request.fields)
        return Arrival(
            connection: request.connection, method: request.method,
            target: String(decoding: redaction?.target(Array(target))[...] ?? target, as: UTF8.self),
            fields: redaction?.fields(fields) ?? fields, peer: request.peer)
    }

    private func decision(_ slot: Slot) -> Decision {
        var position = Int(slot.position)
        return outlines[Int(slot.small)].decision(attempt: Int(slot.number)) { name in
            defer { position += 5 }
            return LimitReading(
                name: name, capacity: readings[position], remaining: readings[position + 1],
                retryAt: readings[position + 3] == 0 ? Instant(nanoseconds: readings[position + 2]) : nil,
                resetAt: Instant(nanoseconds: readings[position + 4]))
        }
    }

    private func block(_ fields: Fields) -> FieldBlock {
        FieldBlock(
            bytes: bytes[Int(fields.bytes.lowerBound)..<Int(fields.bytes.upperBound)],
            ends: ends[Int(fields.ends.lowerBound)..<Int(fields.ends.upperBound)])
    }

    /// SHA-256 in hexadecimal.
    private static let digestLength = 64
}

extension Abort {
    fileprivate var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
