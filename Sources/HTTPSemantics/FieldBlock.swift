/// The header fields of one message, as one run of bytes and a table of where each name and value lies.
///
/// A request path that reads two fields of ten should not build twenty strings: bytes are copied once, in the
/// order received, and become strings only where somebody reads them. Names keep their spelling and compare
/// without case (RFC 9110 section 5.1); values keep odd bytes.
public struct FieldBlock: Hashable, Sendable {
    /// Where the name and the value of a field end. A NUL follows each of them, so that C reads them where they lie,
    /// and a name begins behind the NUL of the value before it.
    @frozen
    public struct Ends: Hashable, Sendable {
        public var name: Int32
        public var value: Int32

        @inlinable
        init(name: Int32, value: Int32) {
            self.name = name
            self.value = value
        }
    }

    @usableFromInline var octets: [UInt8] = []
    @usableFromInline var borders: [Ends] = []

    /// All names and values, each with a NUL behind it.
    @inlinable public var bytes: [UInt8] { octets }
    /// Where in ``bytes`` they end, for each field.
    @inlinable public var ends: [Ends] { borders }

    public init() {}

    public init(_ fields: some Sequence<(String, String)>) {
        for (name, value) in fields { append(name: name.utf8, value: value.utf8) }
    }

    /// A block from what ``bytes`` and ``ends`` of another one were.
    package init(bytes: ArraySlice<UInt8>, ends: ArraySlice<Ends>) {
        octets = Array(bytes)
        borders = Array(ends)
    }

    public var count: Int { borders.count }
    public var isEmpty: Bool { borders.isEmpty }

    /// Prepares room, so that a block of known size is filled with two allocations.
    public mutating func reserve(fields: Int, bytes count: Int) {
        borders.reserveCapacity(fields)
        octets.reserveCapacity(count)
    }

    /// Forgets all fields and keeps the room.
    public mutating func removeAll() {
        borders.removeAll(keepingCapacity: true)
        octets.removeAll(keepingCapacity: true)
    }

    // Inlined into other modules: not made for its arguments, it took, with the array's own append, 4,000 of the
    // 124,000 instructions of a request.
    @inlinable
    public mutating func append(name: some Sequence<UInt8>, value: some Sequence<UInt8>) {
        octets.append(contentsOf: name)
        let end = Int32(truncatingIfNeeded: octets.count)
        octets.append(0)
        octets.append(contentsOf: value)
        borders.append(Ends(name: end, value: Int32(truncatingIfNeeded: octets.count)))
        octets.append(0)
    }

    /// Appends a field whose value is written where it will lie; nothing where `write` says that there is none.
    @inlinable
    package mutating func append(name: some Sequence<UInt8>, writingValue write: (inout [UInt8]) -> Bool) {
        let start = octets.count
        octets.append(contentsOf: name)
        let end = octets.count
        octets.append(0)
        guard write(&octets) else {
            octets.removeSubrange(start...)
            return
        }
        borders.append(
            Ends(name: Int32(truncatingIfNeeded: end), value: Int32(truncatingIfNeeded: octets.count)))
        octets.append(0)
    }

    public mutating func append(_ name: String, _ value: String) { append(name: name.utf8, value: value.utf8) }

    /// The bytes of the first value of a field, without a copy.
    public func firstValue(of name: String) -> ArraySlice<UInt8>? {
        for index in borders.indices where matches(index, name.utf8) { return octets[valueRange(at: index)] }
        return nil
    }

    /// ``firstValue(of:)`` of a name in lower case, as bytes: those of a text are costly to walk.
    package func firstValue(ofLowercased name: [UInt8]) -> ArraySlice<UInt8>? {
        for index in borders.indices {
            let range = nameRange(at: index)
            guard range.count == name.count else { continue }
            var matches = true
            for position in name.indices where octets[range.lowerBound + position].lowercasedASCII != name[position] {
                matches = false
                break
            }
            if matches { return octets[valueRange(at: index)] }
        }
        return nil
    }

    /// Every value of a field, in order, invalid UTF-8 repaired.
    public func values(of name: String) -> [String] {
        borders.indices.lazy.filter { matches($0, name.utf8) }
            .map { String(decoding: octets[valueRange(at: $0)], as: UTF8.self) }
    }

    /// The first value of a field as text, invalid UTF-8 repaired.
    public subscript(name: String) -> String? {
        firstValue(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Names and values as text, in the order received.
    public var strings: [(name: String, value: String)] {
        borders.indices.map { index in
            (
                String(decoding: octets[nameRange(at: index)], as: UTF8.self),
                String(decoding: octets[valueRange(at: index)], as: UTF8.self)
            )
        }
    }

    /// The raw bytes of the field at a position.
    public func field(at index: Int) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        (octets[nameRange(at: index)], octets[valueRange(at: index)])
    }

    /// Where in ``bytes`` the name of the field at a position lies.
    @inlinable
    public func nameRange(at index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(borders[index - 1].value) + 1)..<Int(borders[index].name)
    }

    /// Where in ``bytes`` the value of the field at a position lies.
    @inlinable
    public func valueRange(at index: Int) -> Range<Int> { Int(borders[index].name) + 1..<Int(borders[index].value) }

    private func matches(_ index: Int, _ name: String.UTF8View) -> Bool {
        let range = nameRange(at: index)
        guard range.count == name.count else { return false }
        var position = range.lowerBound
        for byte in name {
            guard octets[position].lowercasedASCII == byte.lowercasedASCII else { return false }
            position += 1
        }
        return true
    }
}

extension UInt8 {
    /// A to Z as a to z, every other byte as it is.
    @inlinable
    public var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
