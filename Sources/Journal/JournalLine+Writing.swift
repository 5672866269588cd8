internal import HTTPSemantics

extension JournalLine {
    /// The line with its line feed.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Writes the line with its line feed behind what is there.
    public func append(to bytes: inout [UInt8]) {
        var object = ObjectWriter()
        // Taken out rather than copied, so that a long buffer is written in place.
        swap(&object.bytes, &bytes)
        object.open()
        switch self {
        case .header(let header): header.write(to: &object)
        case .entry(let entry): entry.write(to: &object)
        }
        object.close()
        swap(&object.bytes, &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension JournalHeader {
    fileprivate func write(to object: inout ObjectWriter) {
        object.number("journal", Self.version)
        object.text("lane", lane)
        object.text("fixture", fixture)
        object.number("seed", seed)
        object.object("origin") { origin in
            origin.number("seconds", wall.origin.secondsSinceEpoch)
            origin.number("nanoseconds", wall.origin.nanoseconds)
        }
    }
}

extension JournalEntry {
    fileprivate func write(to object: inout ObjectWriter) {
        object.number("number", number)
        object.instant("at", instant)
        object.number("exchange", exchange)
        switch event {
        case .arrived(let arrival):
            object.text("event", "arrived")
            object.number("connection", arrival.connection)
            object.text("method", arrival.method)
            object.text("target", arrival.target)
            object.fields("fields", arrival.fields)
            object.text("peer", arrival.peer)
        case .received(let body):
            object.text("event", "received")
            object.number("length", body.length)
            object.text("digest", body.digest)
            object.bool("complete", body.complete)
        case .decided(let decision):
            object.text("event", "decided")
            decision.write(to: &object)
        case .replied(let head):
            object.text("event", "replied")
            object.number("status", head.status)
            object.fields("fields", head.fields)
            if let due = head.due { object.instant("due", due) }
        case .completed:
            object.text("event", "completed")
        case .aborted(let abort):
            object.text("event", "aborted")
            object.text("reason", abort.rawValue)
        case .stalled(let stall):
            object.text("event", "stalled")
            object.instant("from", stall.from)
            object.instant("until", stall.until)
        case .clockStepped(let step):
            object.text("event", "clock-stepped")
            object.number("by", step.nanoseconds)
        }
    }
}

extension Decision {
    fileprivate func write(to object: inout ObjectWriter) {
        switch source {
        case .script(let reply):
            object.text("source", "script")
            object.number("reply", reply)
        case .limit(let name):
            object.text("source", "limit")
            object.text("limit", name)
        case .exhausted: object.text("source", "exhausted")
        case .replayed: object.text("source", "replayed")
        case .keyInUse: object.text("source", "key-in-use")
        case .keyReused: object.text("source", "key-reused")
        case .unmatched: object.text("source", "unmatched")
        case .server(let reason):
            object.text("source", "server")
            object.text("reason", reason)
        }
        if let route { object.text("route", route) }
        object.number("attempt", attempt)
        object.number("status", status)
        if let fault { object.text("fault", fault) }
        object.number("delay", delay.nanoseconds)
        object.array("limits", limits) { reading, writer in
            writer.object(nil) { object in
                object.text("name", reading.name)
                object.number("capacity", reading.capacity)
                object.number("remaining", reading.remaining)
                if let retryAt = reading.retryAt { object.instant("retry-at", retryAt) }
                object.instant("reset-at", reading.resetAt)
            }
        }
    }
}

/// Writes the members of a JSON object into bytes, without a tree and without strings in between.
private struct ObjectWriter {
    var bytes: [UInt8] = []
    private var isFirst = true

    mutating func open() {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    mutating func close() {
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    mutating func number(_ name: String, _ number: some FixedWidthInteger) {
        begin(name)
        // The digits from the last to the first; the magnitude of the smallest number needs all bits.
        var rest = UInt64(number.magnitude)
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    mutating func instant(_ name: String, _ instant: Instant) { number(name, instant.nanoseconds) }

    mutating func bool(_ name: String, _ value: Bool) {
        begin(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    mutating func text(_ name: String, _ text: String) {
        begin(name)
        string(text.utf8)
    }

    mutating func fields(_ name: String, _ fields: FieldBlock) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        for index in 0..<fields.count {
            let field = fields.field(at: index)
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "["))
            octets(field.name)
            bytes.append(UInt8(ascii: ","))
            octets(field.value)
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func array<Element>(
        _ name: String, _ elements: [Element], _ write: (Element, inout ObjectWriter) -> Void
    ) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        isFirst = true
        for element in elements { write(element, &self) }
        isFirst = false
        bytes.append(UInt8(ascii: "]"))
    }

    /// An object as a member, or, without a name, as an element.
    mutating func object(_ name: String?, _ write: (inout ObjectWriter) -> Void) {
        begin(name)
        open()
        write(&self)
        close()
    }

    private mutating func begin(_ name: String?) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        guard let name else { return }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Bytes that may be no UTF-8: what is, as it is, and every other byte as a lone surrogate.
    private mutating func octets(_ octets: ArraySlice<UInt8>) {
        guard octets.contains(where: { $0 >= 0x80 }) else { return string(octets) }
        bytes.append(UInt8(ascii: "\""))
        var rest = octets
        while let first = rest.first {
            if let length = Self.lengthOfScalar(rest) {
                for byte in rest.prefix(length) { character(byte) }
                rest = rest.dropFirst(length)
            } else {
                let digits = String(0xDC00 + UInt32(first), radix: 16)
                bytes.append(contentsOf: "\\u\(digits)".utf8)
                rest = rest.dropFirst()
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func string(_ octets: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        // Nearly always nothing is to be escaped.
        if octets.contains(where: Self.isEscaped) {
            for byte in octets { character(byte) }
        } else {
            bytes.append(contentsOf: octets)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func character(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20, 0x7F:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: "\\u00\(byte < 0x10 ? "0" : "")\(digits)".utf8)
        default: bytes.append(byte)
        }
    }

    /// How many bytes the scalar at the beginning has, `nil` where no valid one stands there.
    private static func lengthOfScalar(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        let length =
            switch first {
            case ..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0, bytes.count >= length else { return nil }
        return String(validating: bytes.prefix(length), as: UTF8.self) == nil ? nil : length
    }
}
