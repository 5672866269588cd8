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
        map { byte in (byte < 0x20 && byte != 0x09) || byte == 0x7F ? UInt8(ascii: " ") : byte }
    }

    /// As a field name: what is not allowed in a token (RFC 9110 section 5.6.2) is a hyphen.
    var asToken: [UInt8] {
        map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                byte
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte) ? byte : UInt8(ascii: "-")
            }
        }
    }
}
