/// Reads JSON text (RFC 8259) from left to right without building a tree: the caller takes what it needs and skips
/// the rest. Strict in syntax and limited in depth; bytes inside strings are not checked to be UTF-8.
public struct JSONScanner {
    public enum Kind: Hashable, Sendable {
        case object, array, string, number, bool, null
    }

    private let bytes: [UInt8]
    /// The next byte to read.
    public private(set) var position: Int
    private var depth = 0
    private let depthLimit: Int
    private let readsEscapedBytes: Bool

    /// - Parameters:
    ///   - depthLimit: how deep arrays and objects may lie in each other.
    ///   - readsEscapedBytes: whether a lone `\udc80` to `\udcff` means the byte 0x80 to 0xff, as in Python's PEP
    ///     383; otherwise a lone surrogate is U+FFFD.
    public init(_ bytes: [UInt8], depthLimit: Int = 64, readsEscapedBytes: Bool = false) {
        self.bytes = bytes
        position = bytes.startIndex
        self.depthLimit = depthLimit
        self.readsEscapedBytes = readsEscapedBytes
    }

    /// What the next value is; white space before it is skipped.
    public mutating func kind() throws(JSONSyntaxError) -> Kind {
        skipSpace()
        guard let next = peek else { throw error("the text ends where a value should stand") }
        switch next {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw error("no value begins with this character")
        }
    }

    /// Reads an object. `member` is called at each value and must read or skip it.
    public mutating func object(
        _ member: (inout JSONScanner, _ name: [UInt8]) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try open("{", "an object")
        while try !close("}") {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("expected a name in quotation marks") }
            let name = try string()
            skipSpace()
            try expect(":", "expected a colon after the name")
            try member(&self, name)
            try separate("}")
        }
    }

    /// Reads an array. `element` is called at each value and must read or skip it.
    public mutating func array(
        _ element: (inout JSONScanner) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try open("[", "an array")
        while try !close("]") {
            try element(&self)
            try separate("]")
        }
    }

    /// Reads a string and gives its bytes, unescaped.
    public mutating func string() throws(JSONSyntaxError) -> [UInt8] {
        skipSpace()
        try expect("\"", "expected a string")
        // What needs no unescaping, and that is nearly everything, is taken in one piece.
        var start = position
        try skipPlain()
        var text = Array(bytes[start..<position])
        while true {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return text }
            try unescape(into: &text)
            start = position
            try skipPlain()
            text += bytes[start..<position]
        }
    }

    /// Goes on to the next quotation mark or backslash of a string.
    private mutating func skipPlain() throws(JSONSyntaxError) {
        while true {
            guard let byte = peek else { throw error("the string has no end") }
            guard byte >= 0x20 else { throw error("a control character inside a string must be escaped") }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            position += 1
        }
    }

    /// Reads a number and gives its characters.
    public mutating func number() throws(JSONSyntaxError) -> ArraySlice<UInt8> {
        skipSpace()
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if peek == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return bytes[start..<position]
    }

    public mutating func bool() throws(JSONSyntaxError) -> Bool {
        skipSpace()
        let value = peek == UInt8(ascii: "t")
        try word(value ? "true" : "false")
        return value
    }

    public mutating func null() throws(JSONSyntaxError) {
        skipSpace()
        try word("null")
    }

    /// Reads any value, checks it, and gives its text.
    @discardableResult
    public mutating func skip() throws(JSONSyntaxError) -> ArraySlice<UInt8> {
        let kind = try kind()
        let start = position
        switch kind {
        case .object: try object { (scanner, _) throws(JSONSyntaxError) in try scanner.skip() }
        case .array: try array { (scanner) throws(JSONSyntaxError) in try scanner.skip() }
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        }
        return bytes[start..<position]
    }

    /// Checks that only white space is left.
    public mutating func end() throws(JSONSyntaxError) {
        skipSpace()
        guard position == bytes.endIndex else { throw error("nothing may follow the value") }
    }

    /// An error at the next byte.
    public func error(_ message: String) -> JSONSyntaxError { JSONSyntaxError(offset: position, message: message) }

    private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func expect(
        _ character: Unicode.Scalar, _ message: @autoclosure () -> String
    ) throws(JSONSyntaxError) {
        guard peek == UInt8(ascii: character) else { throw error(message()) }
        position += 1
    }

    private mutating func open(_ bracket: Unicode.Scalar, _ what: String) throws(JSONSyntaxError) {
        skipSpace()
        try expect(bracket, "expected \(what)")
        depth += 1
        guard depth <= depthLimit else { throw error("values lie more than \(depthLimit) deep in each other") }
    }

    /// Whether the bracket closes here; it is read if so.
    private mutating func close(_ bracket: Unicode.Scalar) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: bracket) else { return false }
        position += 1
        depth -= 1
        return true
    }

    /// Reads the comma after an element, unless the bracket follows.
    private mutating func separate(_ bracket: Unicode.Scalar) throws(JSONSyntaxError) {
        skipSpace()
        if peek == UInt8(ascii: bracket) { return }
        try expect(",", "expected a comma or \(bracket)")
        skipSpace()
        if peek == UInt8(ascii: bracket) { throw error("a comma must not stand before \(bracket)") }
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw error("expected a digit") }
    }

    private mutating func word(_ word: String) throws(JSONSyntaxError) {
        for byte in word.utf8 {
            guard peek == byte else { throw error("expected \(word)") }
            position += 1
        }
    }

    private mutating func unescape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = peek else { throw error("the string has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): try unescapeUnicode(into: &text)
        default:
            position -= 1
            throw error("no escape sequence is written like this")
        }
    }

    private mutating func unescapeUnicode(into text: inout [UInt8]) throws(JSONSyntaxError) {
        var value = try hexadecimalQuad()
        if (0xD800...0xDBFF).contains(value), peek == UInt8(ascii: "\\"), position + 1 < bytes.endIndex,
            bytes[position + 1] == UInt8(ascii: "u")
        {
            let afterFirst = position
            position += 2
            let second = try hexadecimalQuad()
            if (0xDC00...0xDFFF).contains(second) {
                value = 0x10000 + (value - 0xD800) << 10 + (second - 0xDC00)
            } else {
                position = afterFirst
            }
        }
        if readsEscapedBytes, (0xDC80...0xDCFF).contains(value) {
            text.append(UInt8(value - 0xDC00))
        } else {
            text.append(contentsOf: Character(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
        }
    }

    private mutating func hexadecimalQuad() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

/// Where and why a text is not the JSON that was expected.
public struct JSONSyntaxError: Error, Hashable, Sendable {
    /// In bytes from the beginning of the text.
    public var offset: Int
    public var message: String

    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }
}

extension JSONScanner {
    /// The value at a JSON Pointer (RFC 6901), its text as it stands, in a text that is JSON throughout; `nil` where
    /// it is not or nothing is there. Of equal names the last counts.
    public static func value(at pointer: [String], in bytes: [UInt8]) -> (kind: Kind, text: [UInt8])? {
        var scanner = JSONScanner(bytes)
        var found: (kind: Kind, text: [UInt8])?
        do throws(JSONSyntaxError) {
            try scanner.find(pointer[...], &found)
            try scanner.end()
        } catch {
            return nil
        }
        return found
    }

    private mutating func find(
        _ pointer: ArraySlice<String>, _ found: inout (kind: Kind, text: [UInt8])?
    ) throws(JSONSyntaxError) {
        let kind = try kind()
        guard let token = pointer.first else {
            found = (kind, kind == .string ? try string() : Array(try skip()))
            return
        }
        switch kind {
        case .object:
            try object { (scanner, name) throws(JSONSyntaxError) in
                if name.elementsEqual(token.utf8) {
                    found = nil
                    try scanner.find(pointer.dropFirst(), &found)
                } else {
                    try scanner.skip()
                }
            }
        case .array:
            // An index has no leading zeros (RFC 6901 section 4).
            let wanted = Int(token).flatMap { String($0) == token ? $0 : nil }
            var index = 0
            try array { (scanner) throws(JSONSyntaxError) in
                if index == wanted {
                    try scanner.find(pointer.dropFirst(), &found)
                } else {
                    try scanner.skip()
                }
                index += 1
            }
        default:
            try skip()
        }
    }
}
