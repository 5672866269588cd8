/// A stream of bytes, measured as it passes: how long it is, and how it ends.
struct OutputMeter: Hashable, Sendable {
    /// Bytes seen.
    private(set) var length = 0
    /// SHA-256 of all of it, in lower-case hexadecimal, once it has ended.
    private(set) var digest: String?
    private var tail: [UInt8] = []
    private let kept: Int

    /// - Parameter kept: how many bytes of the end are remembered.
    init(keeping kept: Int) { self.kept = kept }

    mutating func add(_ bytes: some RandomAccessCollection<UInt8>) {
        length += bytes.count
        tail.append(contentsOf: bytes.suffix(kept))
        // Cut now and then, not with every buffer.
        if tail.count > 4 * kept { tail.removeFirst(tail.count - kept) }
    }

    /// - Parameter digest: SHA-256 of all bytes, which whoever reads them keeps.
    mutating func finish(digest: String) {
        self.digest = digest
        if tail.count > kept { tail.removeFirst(tail.count - kept) }
    }

    /// The last lines, at most `count` of them, with control characters made visible. A line whose beginning was
    /// not kept is left out.
    func lastLines(_ count: Int) -> [String] {
        var lines = String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        if length > tail.count, lines.count > 1 { lines.removeFirst() }
        return lines.suffix(count).map(Printable.text)
    }
}
