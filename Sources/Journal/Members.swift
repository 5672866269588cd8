internal import HTTPSemantics

/// The members of one JSON object, each with its place in the line, so that an error can point at it.
struct Members {
    /// The object itself.
    let whole: Value
    /// In the order in which they stand there. An entry has about ten, so no table of them is made.
    private var members: [(name: [UInt8], value: Value)] = []
    /// Beyond this many a table of the names finds those that stand twice, so that no line takes for ever.
    private static let few = 32

    /// Reads an object. A name that stands there twice is an error: one of the two would be lost.
    init(_ scanner: inout JSONScanner) throws(JSONSyntaxError) {
        _ = try scanner.kind()
        whole = Value(scanner: scanner)
        var members: [(name: [UInt8], value: Value)] = []
        members.reserveCapacity(16)
        var names: Set<[UInt8]> = []
        try scanner.object { (scanner, name) throws(JSONSyntaxError) in
            _ = try scanner.kind()
            let value = Value(scanner: scanner)
            if members.count == Self.few { names = Set(members.map(\.name)) }
            let isNew =
                members.count < Self.few ? !members.contains { $0.name == name } : names.insert(name).inserted
            guard isNew else { throw value.error("\"\(String(decoding: name, as: UTF8.self))\" stands twice") }
            members.append((name, value))
            try scanner.skip()
        }
        self.members = members
    }

    subscript(name: String) -> Value? { members.first { $0.name.elementsEqual(name.utf8) }?.value }

    func required(_ name: String) throws(JSONSyntaxError) -> Value {
        guard let value = self[name] else { throw whole.error("\"\(name)\" is missing") }
        return value
    }

    /// A value that was found and checked, not yet read.
    struct Value {
        /// Stands at the value.
        fileprivate var scanner: JSONScanner

        func error(_ message: String) -> JSONSyntaxError { scanner.error(message) }

        func integer<Number: FixedWidthInteger>() throws(JSONSyntaxError) -> Number {
            var scanner = scanner
            let digits = String(decoding: try scanner.number(), as: UTF8.self)
            guard let number = Number(digits) else { throw error("expected an integer of \(Number.bitWidth) bits") }
            return number
        }

        func instant() throws(JSONSyntaxError) -> Instant { Instant(nanoseconds: try integer()) }

        func bool() throws(JSONSyntaxError) -> Bool {
            var scanner = scanner
            return try scanner.bool()
        }

        func string() throws(JSONSyntaxError) -> String {
            let octets = try self.octets()
            guard let text = String(validating: octets, as: UTF8.self) else { throw error("not UTF-8") }
            return text
        }

        /// A string that may hold bytes that are no UTF-8.
        func octets() throws(JSONSyntaxError) -> [UInt8] {
            var scanner = scanner
            return try scanner.string()
        }

        func object() throws(JSONSyntaxError) -> Members {
            var scanner = scanner
            return try Members(&scanner)
        }

        func elements() throws(JSONSyntaxError) -> [Value] {
            var scanner = scanner
            var elements: [Value] = []
            try scanner.array { (scanner) throws(JSONSyntaxError) in
                _ = try scanner.kind()
                elements.append(Value(scanner: scanner))
                try scanner.skip()
            }
            return elements
        }

        /// Pairs of a name and a value.
        func fields() throws(JSONSyntaxError) -> FieldBlock {
            var fields = FieldBlock()
            for element in try elements() {
                let pair = try element.elements()
                guard pair.count == 2 else { throw element.error("expected a name and a value") }
                fields.append(name: try pair[0].octets(), value: try pair[1].octets())
            }
            return fields
        }
    }
}
