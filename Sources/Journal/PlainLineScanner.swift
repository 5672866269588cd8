internal import HTTPSemantics

/// Reads the entries of a journal file that stand there exactly as ``JournalLine/append(to:)`` writes them, in strings
/// without escapes: nearly every line of nearly every journal, at an eighth of what JSON in general costs.
///
/// It knows no errors. What looks different in any way is left to ``JournalLine/init(_:)``, which understands all of JSON
/// and says what is wrong and where; what this one does read, it reads as that one would.
struct PlainLineScanner {
    private let bytes: [UInt8]
    /// The next byte to read: the first of a line.
    private(set) var position = 0
    /// Filled again and again, so that a block is made in one piece.
    private var scratch = FieldBlock()
    /// The last fields of a request and of a reply: a client sends the same ones most of the time, and they are then
    /// there once.
    private var requestFields = FieldBlock()
    private var replyFields = FieldBlock()

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Takes a line if it is a plain entry; otherwise nothing is taken.
    mutating func entry() -> JournalEntry? {
        let start = position
        guard literal(#"{"number":"#), let number: UInt64 = integer(),
            literal(#","at":"#), let instant = instant(),
            literal(#","exchange":"#), let exchange: UInt64 = integer(),
            literal(#","event":""#), let event = event(), literal("}\n")
        else {
            position = start
            return nil
        }
        return JournalEntry(number: number, instant: instant, exchange: exchange, event: event)
    }

    /// Takes a line whatever it is, and gives it without its line feed; `nil` if it has none.
    mutating func line() -> ArraySlice<UInt8>? {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { position = end + 1 }
        return bytes[position..<end]
    }

    // MARK: - Events

    private mutating func event() -> JournalEntry.Event? {
        if literal(#"arrived""#) { return arrival().map { .arrived($0) } }
        if literal(#"decided""#) { return decision().map { .decided($0) } }
        if literal(#"replied""#) { return reply().map { .replied($0) } }
        if literal(#"completed""#) { return .completed }
        if literal(#"received""#) { return body().map { .received($0) } }
        guard literal(#"aborted","reason":"#), let reason = text() else { return nil }
        return Abort(rawValue: reason).map { .aborted($0) }
    }

    private mutating func arrival() -> Arrival? {
        guard literal(#","connection":"#), let connection: UInt64 = integer(),
            literal(#","method":"#), let method = text(),
            literal(#","target":"#), let target = text(),
            literal(#","fields":"#), fields(),
            literal(#","peer":"#), let peer = text()
        else { return nil }
        if scratch != requestFields { requestFields = FieldBlock(bytes: scratch.bytes[...], ends: scratch.ends[...]) }
        return Arrival(connection: connection, method: method, target: target, fields: requestFields, peer: peer)
    }

    private mutating func body() -> BodySummary? {
        guard literal(#","length":"#), let length: Int = integer(),
            literal(#","digest":"#), let digest = text(),
            literal(#","complete":"#)
        else { return nil }
        let isComplete = literal("true")
        guard isComplete || literal("false") else { return nil }
        return BodySummary(length: length, digest: digest, complete: isComplete)
    }

    private mutating func reply() -> ReplyHead? {
        guard literal(#","status":"#), let status: Int = integer(), literal(#","fields":"#), fields() else {
            return nil
        }
        if scratch != replyFields { replyFields = FieldBlock(bytes: scratch.bytes[...], ends: scratch.ends[...]) }
        guard literal(#","due":"#) else { return ReplyHead(status: status, fields: replyFields) }
        return instant().map { ReplyHead(status: status, fields: replyFields, due: $0) }
    }

    private mutating func decision() -> Decision? {
        guard literal(#","source":""#), let source = source() else { return nil }
        var route: String?
        if literal(#","route":"#) {
            route = text()
            guard route != nil else { return nil }
        }
        guard literal(#","attempt":"#), let attempt: Int = integer(),
            literal(#","status":"#), let status: Int = integer()
        else { return nil }
        var fault: String?
        if literal(#","fault":"#) {
            fault = text()
            guard fault != nil else { return nil }
        }
        guard literal(#","delay":"#), let delay: Int64 = integer(),
            literal(#","limits":["#), let limits = list({ $0.limit() })
        else { return nil }
        return Decision(
            source: source, route: route, attempt: attempt, status: status, fault: fault, delay: .nanoseconds(delay),
            limits: limits)
    }

    /// Those that write the most; the others are rare.
    private mutating func source() -> Decision.Source? {
        if literal(#"script","reply":"#) { return integer().map { .script(reply: $0) } }
        if literal(#"limit","limit":"#) { return text().map { .limit($0) } }
        return literal(#"exhausted""#) ? .exhausted : literal(#"unmatched""#) ? .unmatched : nil
    }

    private mutating func limit() -> LimitReading? {
        guard literal(#"{"name":"#), let name = text(),
            literal(#","capacity":"#), let capacity: Int64 = integer(),
            literal(#","remaining":"#), let remaining: Int64 = integer()
        else { return nil }
        var retryAt: Instant?
        if literal(#","retry-at":"#) {
            retryAt = instant()
            guard retryAt != nil else { return nil }
        }
        guard literal(#","reset-at":"#), let resetAt = instant(), literal("}") else { return nil }
        return LimitReading(name: name, capacity: capacity, remaining: remaining, retryAt: retryAt, resetAt: resetAt)
    }

    // MARK: - Values

    /// The elements of an array whose bracket was read.
    private mutating func list<Element>(_ element: (inout Self) -> Element?) -> [Element]? {
        var elements: [Element] = []
        guard !literal("]") else { return elements }
        repeat {
            guard let next = element(&self) else { return nil }
            elements.append(next)
        } while literal(",")
        return literal("]") ? elements : nil
    }

    /// Reads pairs of a name and a value into `scratch`.
    private mutating func fields() -> Bool {
        scratch.removeAll()
        guard literal("[") else { return false }
        guard !literal("]") else { return true }
        repeat {
            guard literal("["), let name = quoted(), literal(","), let value = quoted(), literal("]") else {
                return false
            }
            scratch.append(name: bytes[name], value: bytes[value])
        } while literal(",")
        return literal("]")
    }

    private mutating func instant() -> Instant? { integer().map { Instant(nanoseconds: $0) } }

    private mutating func text() -> String? { quoted().flatMap { String(validating: bytes[$0], as: UTF8.self) } }

    /// Where the bytes between two quotation marks lie, if none of them is escaped.
    private mutating func quoted() -> Range<Int>? {
        guard literal("\"") else { return nil }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return start..<position - 1 }
            guard byte >= 0x20, byte != UInt8(ascii: "\\") else { return nil }
        }
        return nil
    }

    /// Digits that cannot be too many for 64 bits, as a writer of integers writes them.
    private mutating func integer<Number: FixedWidthInteger>() -> Number? {
        let isNegative = literal("-")
        let start = position
        var magnitude: Int64 = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            guard position - start < 18 else { return nil }
            magnitude = magnitude * 10 + Int64(digit)
            position += 1
        }
        let count = position - start
        guard count > 0, bytes[start] != UInt8(ascii: "0") || (count == 1 && !isNegative) else { return nil }
        return Number(exactly: isNegative ? -magnitude : magnitude)
    }

    /// Takes a piece of text if it stands here.
    private mutating func literal(_ text: String) -> Bool {
        var end = position
        for byte in text.utf8 {
            guard end < bytes.count, bytes[end] == byte else { return false }
            end += 1
        }
        position = end
        return true
    }
}
