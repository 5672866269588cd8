extension [UInt8] {
    /// As it stands between the quotation marks of a JSON string; bytes that are not UTF-8 become U+FFFD.
    var escapedForJSON: [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(count)
        for byte in contains(where: { $0 >= 0x80 }) ? Array(String(decoding: self, as: UTF8.self).utf8) : self {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): escaped += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                escaped += Array("\\u00\(byte < 0x10 ? "0" : "")\(digits)".utf8)
            default: escaped.append(byte)
            }
        }
        return escaped
    }

    /// A JSON string, with its quotes.
    var quotedForJSON: [UInt8] { [UInt8(ascii: "\"")] + escapedForJSON + [UInt8(ascii: "\"")] }

    /// As text or an attribute of XML or HTML.
    var escapedForXML: [UInt8] {
        flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array("&quot;".utf8)
            case UInt8(ascii: "'"): Array("&apos;".utf8)
            default: [byte]
            }
        }
    }

    /// As a field value: control characters are spaces (RFC 9110 section 5.5), so a value taken from a request
    /// cannot begin a field of its own.
    var withoutControls: [UInt8] {
        // Hardly ever is there one, and then nothing need be copied.
        guard contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else { return self }
        return map { byte in (byte < 0x20 && byte != 0x09) || byte == 0x7F ? UInt8(ascii: " ") : byte }
    }

    /// As a field name: what is not allowed in a token (RFC 9110 section 5.6.2) is a hyphen.
    var asToken: [UInt8] {
        contains { !$0.isToken } ? map { $0.isToken ? $0 : UInt8(ascii: "-") } : self
    }
}

extension UInt8 {
    /// tchar of RFC 9110 section 5.6.2.
    fileprivate var isToken: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        // ! # $ % & ' * + - . ^ _ ` | ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}
