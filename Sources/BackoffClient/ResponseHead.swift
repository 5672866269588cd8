import HTTPSemantics

/// The head of a response, gathered line by line as libcurl hands it over.
///
/// libcurl reports success for a head that was cut off in its middle, so a head counts only once the empty line that
/// ends it was seen. Interim responses (1xx) come through the same callback: each `HTTP/` line begins a new head.
struct ResponseHead {
    private(set) var status = 0
    private(set) var fields = FieldBlock()
    /// Whether the empty line after the fields of a final response was seen.
    private(set) var isComplete = false
    private var lines: [UInt8] = []

    /// One line, its line end included. Lines after the end of the head are trailers and are dropped.
    mutating func receive(_ line: UnsafeRawBufferPointer) {
        // The comparison of two sequences costs 800 instructions a line; hardly a field begins with an H.
        if line.first == UInt8(ascii: "H"), line.starts(with: "HTTP/".utf8) {
            lines.removeAll(keepingCapacity: true)
            isComplete = false
            status = Self.statusCode(line)
        } else if !isComplete {
            lines.append(contentsOf: line)
            if Self.isEmpty(line) && status >= 200 {
                fields = Self.parse(lines)
                isComplete = true
            }
        }
    }

    /// Whether the message's length is said twice and differently. Such a message is an attack or an accident, and
    /// its end cannot be trusted (RFC 9112 section 6.3).
    var hasConflictingLengths: Bool {
        let lengths = fields.values(of: "Content-Length")
        return lengths.contains { $0 != lengths[0] }
    }

    private static func isEmpty(_ line: UnsafeRawBufferPointer) -> Bool {
        line.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }

    /// The three digits after the first space; 0 if there are none.
    private static func statusCode(_ line: UnsafeRawBufferPointer) -> Int {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return 0 }
        let digits = line[(space + 1)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard digits.count == 3 else { return 0 }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func parse(_ bytes: [UInt8]) -> FieldBlock {
        var block = FieldBlock()
        var name: ArraySlice<UInt8> = []
        var value: [UInt8] = []
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if let first = text.first, isBlank(first), !name.isEmpty {
                // A folded line continues the value after a space (RFC 9112 section 5.2).
                value.append(UInt8(ascii: " "))
                value.append(contentsOf: trimmed(text))
                continue
            }
            if !name.isEmpty { block.append(name: name, value: value) }
            name = []
            guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { continue }
            name = text[..<colon]
            value = Array(trimmed(text[(colon + 1)...]))
        }
        if !name.isEmpty { block.append(name: name, value: value) }
        return block

        func trimmed(_ slice: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            var slice = slice.drop(while: isBlank)
            while let last = slice.last, isBlank(last) { slice.removeLast() }
            return slice
        }
    }
}
