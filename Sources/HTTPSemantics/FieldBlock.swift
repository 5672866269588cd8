/// The header fields of one message, as one run of bytes and a table of where each name and value lies.
///
/// A request path that reads two fields of ten should not build twenty strings: bytes are copied once, in the
/// order received, and become strings only where somebody reads them. Names keep their spelling and compare
/// without case (RFC 9110 section 5.1); values keep odd bytes.
public struct FieldBlock: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var name: Range<Int32>
        var value: Range<Int32>
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    public init() {}

    public init(_ fields: some Sequence<(String, String)>) {
        for (name, value) in fields { append(name: name.utf8, value: value.utf8) }
    }

    public var count: Int { entries.count }
    public var isEmpty: Bool { entries.isEmpty }

    /// Prepares room, so that a block of known size is filled with two allocations.
    public mutating func reserve(fields: Int, bytes count: Int) {
        entries.reserveCapacity(fields)
        bytes.reserveCapacity(count)
    }

    public mutating func append(name: some Sequence<UInt8>, value: some Sequence<UInt8>) {
        let start = Int32(bytes.count)
        bytes.append(contentsOf: name)
        let middle = Int32(bytes.count)
        bytes.append(contentsOf: value)
        entries.append(Entry(name: start..<middle, value: middle..<Int32(bytes.count)))
    }

    public mutating func append(_ name: String, _ value: String) { append(name: name.utf8, value: value.utf8) }

    /// The bytes of the first value of a field, without a copy.
    public func firstValue(of name: String) -> ArraySlice<UInt8>? {
        for entry in entries where matches(entry, name.utf8) { return slice(entry.value) }
        return nil
    }

    /// Every value of a field, in order, invalid UTF-8 repaired.
    public func values(of name: String) -> [String] {
        entries.lazy.filter { matches($0, name.utf8) }.map { String(decoding: slice($0.value), as: UTF8.self) }
    }

    /// The first value of a field as text, invalid UTF-8 repaired.
    public subscript(name: String) -> String? {
        firstValue(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Names and values as text, in the order received.
    public var strings: [(name: String, value: String)] {
        entries.map { entry in
            (String(decoding: slice(entry.name), as: UTF8.self), String(decoding: slice(entry.value), as: UTF8.self))
        }
    }

    /// The raw bytes of the field at a position.
    public func field(at index: Int) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        (slice(entries[index].name), slice(entries[index].value))
    }

    private func slice(_ range: Range<Int32>) -> ArraySlice<UInt8> {
        bytes[Int(range.lowerBound)..<Int(range.upperBound)]
    }

    private func matches(_ entry: Entry, _ name: String.UTF8View) -> Bool {
        guard entry.name.count == name.count else { return false }
        var position = Int(entry.name.lowerBound)
        for byte in name {
            guard bytes[position].lowercasedASCII == byte.lowercasedASCII else { return false }
            position += 1
        }
        return true
    }
}

extension UInt8 {
    /// A to Z as a to z, every other byte as it is.
    public var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
