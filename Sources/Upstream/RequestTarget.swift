/// Where path and query lie in a raw request target (RFC 9112 section 3.2), and their parts, without copies.
struct RequestTarget {
    let bytes: [UInt8]
    /// Without the leading slash; empty for `/`.
    let path: Range<Int>
    /// Without the question mark; empty where there is none.
    let query: Range<Int>

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        query = min(end + 1, bytes.endIndex)..<bytes.endIndex
        var start = bytes.startIndex
        if bytes.first != UInt8(ascii: "/") {
            // The absolute form, as a client sends it to a proxy: the path begins after the authority.
            start = Self.endOfAuthority(bytes[..<end]) ?? start
        }
        if start < end, bytes[start] == UInt8(ascii: "/") { start += 1 }
        path = start..<end
    }

    private static func endOfAuthority(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            bytes[colon...].starts(with: "://".utf8)
        else { return nil }
        return bytes[(colon + 3)...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
    }

    /// The segment that begins at a position of the path, up to the next slash or the end.
    func segment(at start: Int) -> Range<Int> {
        var end = start
        while end < path.upperBound, bytes[end] != UInt8(ascii: "/") { end += 1 }
        return start..<end
    }

    /// The segment with a number, from 0, percent-decoded.
    func decodedSegment(_ number: Int) -> [UInt8]? {
        var segment = segment(at: path.lowerBound)
        for _ in 0..<number {
            guard segment.upperBound < path.upperBound else { return nil }
            segment = self.segment(at: segment.upperBound + 1)
        }
        return percentDecoded(bytes[segment])
    }

    /// The first value of a query parameter, decoded as forms are: `%41` and `+` for a space. A parameter without
    /// `=` has an empty value.
    func queryValue(_ name: String) -> [UInt8]? {
        for pair in bytes[query].split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard percentDecoded(pair[..<equals], plusIsSpace: true).elementsEqual(name.utf8) else { continue }
            return percentDecoded(pair[min(equals + 1, pair.endIndex)...], plusIsSpace: true)
        }
        return nil
    }
}

/// The bytes with `%41` made `A`; a percent sign without two hexadecimal digits stays as it is.
func percentDecoded(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    while position < bytes.endIndex {
        let byte = bytes[position]
        if byte == UInt8(ascii: "%"), position + 2 < bytes.endIndex, let high = hexadecimal(bytes[position + 1]),
            let low = hexadecimal(bytes[position + 2])
        {
            decoded.append(high << 4 | low)
            position += 3
        } else {
            decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            position += 1
        }
    }
    return decoded
}

private func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
