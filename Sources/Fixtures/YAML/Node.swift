/// A piece of a document with its place.
struct Node: Hashable, Sendable {
    var content: Content
    var range: SourceRange
    /// The name of the parameter that was put here.
    var parameter: String?

    indirect enum Content: Hashable, Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
        /// Something was here that has been reported already. Whoever meets it says nothing more.
        case unreadable
    }

    struct Scalar: Hashable, Sendable {
        var text: String
        /// Quoted scalars are text and never numbers, truth values or nothing.
        var isQuoted: Bool
    }

    struct Entry: Hashable, Sendable {
        var key: Node
        var value: Node
    }

    init(_ content: Content, at range: SourceRange, parameter: String? = nil) {
        self.content = content
        self.range = range
        self.parameter = parameter
    }

    /// What it is, for a message that wanted something else.
    var description: String {
        switch content {
        case .scalar(let scalar) where scalar.isNothing: "nothing"
        case .scalar(let scalar): scalar.text.quoted + (parameter.map { " (the parameter \"\($0)\")" } ?? "")
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .unreadable: "something unreadable"
        }
    }
}

extension Node.Scalar {
    /// Nothing, as YAML writes it.
    var isNothing: Bool { !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text) }

    /// `true` or `false`, and nothing of the many other words of YAML 1.1.
    var truth: Bool? {
        guard !isQuoted else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }

    /// Digits, perhaps with a minus.
    var isWholeNumber: Bool { isNumber && text.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "-") } }

    /// A number by the grammar of JSON: no octal, no sexagesimal, no underscores.
    var isNumber: Bool {
        guard !isQuoted else { return false }
        var rest = text.utf8[...]
        func digits() -> Int {
            let run = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(run.count)
            return run.count
        }
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole == 1 || (whole > 1 && !leadingZero) else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
