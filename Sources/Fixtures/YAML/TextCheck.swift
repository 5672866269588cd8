extension SourceText {
    /// What makes the bytes unreadable before any grammar: their number, their encoding, control characters.
    func reportUnreadableBytes(to findings: Findings) -> Bool {
        guard bytes.count <= Self.limit else {
            findings.error("the file is larger than 1 MiB", at: .beginning)
            return true
        }
        if let index = firstInvalidByte {
            let position = position(ofByteAt: index)
            let byte = String(bytes[index], radix: 16, uppercase: true)
            findings.error(
                "byte 0x\(byte.count == 1 ? "0" : "")\(byte) is not UTF-8; save the file as UTF-8",
                at: SourceRange(at: position))
            return true
        }
        return reportControlCharacters(to: findings)
    }

    /// The first byte that cannot be part of UTF-8 (RFC 3629 section 4).
    private var firstInvalidByte: Int? {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] >= 0x80 else {
                index += 1
                continue
            }
            let end = min(index + 4, bytes.endIndex)
            guard let length = (2...4).first(where: { isCharacter(bytes[index..<min(index + $0, end)], length: $0) })
            else { return index }
            index += length
        }
        return nil
    }

    private func isCharacter(_ slice: ArraySlice<UInt8>, length: Int) -> Bool {
        guard slice.count == length, let text = String(validating: slice, as: UTF8.self) else { return false }
        return text.unicodeScalars.count == 1
    }

    /// YAML allows no control characters but tab and line ends, and no byte order mark inside the text.
    private func reportControlCharacters(to findings: Findings) -> Bool {
        var found = 0
        var index = bytes.startIndex
        while index < bytes.endIndex, found < 20 {
            if let scalar = controlCharacter(at: index) {
                findings.error(
                    "control character U+\(Self.hexadecimal(scalar)) is not allowed here",
                    at: SourceRange(at: position(ofByteAt: index)))
                found += 1
            }
            index += 1
        }
        return found > 0
    }

    private func controlCharacter(at index: Int) -> UInt32? {
        func byte(_ offset: Int) -> UInt8 { index + offset < bytes.endIndex ? bytes[index + offset] : 0 }
        switch byte(0) {
        case 0x09, 0x0A, 0x0D: return nil
        case 0x00...0x1F, 0x7F: return UInt32(byte(0))
        case 0xC2 where (0x80...0x9F).contains(byte(1)) && byte(1) != 0x85: return UInt32(byte(1))
        case 0xEF where byte(1) == 0xBB && byte(2) == 0xBF: return 0xFEFF
        case 0xEF where byte(1) == 0xBF && byte(2) >= 0xBE: return 0xFFC0 | UInt32(byte(2) & 0x3F)
        default: return nil
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
