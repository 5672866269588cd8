/// A text with its lines, after the checks that come before any grammar.
struct SourceText: Sendable {
    /// Larger texts are refused: 1 MiB holds any fixture written by hand.
    static let limit = 1 << 20

    let file: String
    /// UTF-8 without a byte order mark.
    let bytes: ArraySlice<UInt8>
    private let lines: [Range<Int>]

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        lines = Self.lines(of: self.bytes)
    }

    /// The text of a line, invalid UTF-8 repaired.
    func line(_ number: Int) -> String {
        guard (1...lines.count).contains(number) else { return "" }
        return String(decoding: bytes[lines[number - 1]], as: UTF8.self)
    }

    /// The position of a byte offset into ``bytes``.
    func position(ofByteAt index: Int) -> SourcePosition {
        let line = lines.partitioningIndex { $0.lowerBound > index } - 1
        let before = bytes[lines[line].lowerBound..<index]
        return SourcePosition(line: line + 1, column: before.count { $0 & 0xC0 != 0x80 } + 1)
    }

    /// Lines end at LF, CR, CRLF, NEL, LS and PS, as they do for YAML 1.1, so that both count the same.
    private static func lines(of bytes: ArraySlice<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = bytes.startIndex
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let length = lengthOfBreak(at: index, in: bytes)
            if length > 0 {
                lines.append(start..<index)
                start = index + length
            }
            index += max(length, 1)
        }
        lines.append(start..<bytes.endIndex)
        return lines
    }

    private static func lengthOfBreak(at index: Int, in bytes: ArraySlice<UInt8>) -> Int {
        func byte(_ offset: Int) -> UInt8 { index + offset < bytes.endIndex ? bytes[index + offset] : 0 }
        switch byte(0) {
        case 0x0A: return 1
        case 0x0D: return byte(1) == 0x0A ? 2 : 1
        case 0xC2: return byte(1) == 0x85 ? 2 : 0
        case 0xE2: return byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) ? 3 : 0
        default: return 0
        }
    }
}

extension Array {
    /// The first index whose element satisfies a predicate that holds for a suffix.
    fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
