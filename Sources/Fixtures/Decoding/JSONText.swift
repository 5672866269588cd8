extension Template.Segment {
    fileprivate var isValue: Bool { if case .value = self { true } else { false } }
}

/// Writes a node as JSON, with the placeholders of its strings left in.
struct JSONText {
    let place: TemplatePlace
    private var segments: [Template.Segment] = []
    private var literal: [UInt8] = []

    /// The JSON of a value. Scalars are typed by the grammar of JSON, so `12:30` and `yes` are strings.
    static func template(of value: Value, place: TemplatePlace) -> Template {
        var text = JSONText(place: place)
        text.write(value)
        text.flush()
        return Template(segments: text.segments)
    }

    private init(place: TemplatePlace) { self.place = place }

    private mutating func write(_ value: Value) {
        switch value.node.content {
        case .scalar(let scalar) where scalar.isNothing: literal += "null".utf8
        case .scalar(let scalar) where scalar.truth != nil || scalar.isNumber: literal += scalar.text.utf8
        case .scalar(let scalar): write(string: scalar.text, of: value)
        case .sequence(let elements):
            literal += "[".utf8
            for (index, element) in elements.enumerated() {
                if index > 0 { literal += ",".utf8 }
                write(Value(element, findings: value.findings))
            }
            literal += "]".utf8
        case .mapping(let entries):
            literal += "{".utf8
            for (index, entry) in entries.enumerated() {
                if index > 0 { literal += ",".utf8 }
                if case .scalar(let key) = entry.key.content { quote(key.text) }
                literal += ":".utf8
                write(Value(entry.value, findings: value.findings))
            }
            literal += "}".utf8
        case .unreadable: literal += "null".utf8
        }
    }

    private mutating func write(string: String, of value: Value) {
        let parsed = TemplateParser(place: place, value: value, takesValues: true).parse(string).segments
        if parsed.contains(where: \.isValue) {
            if parsed.count > 1 {
                value.error("a placeholder with \"| json\" is a whole value; nothing stands beside it")
            }
            flush()
            segments += parsed
            return
        }
        literal += "\"".utf8
        for segment in parsed {
            switch segment {
            case .literal(let bytes): escape(bytes)
            case .placeholder, .value:
                flush()
                segments.append(segment)
            }
        }
        literal += "\"".utf8
    }

    private mutating func quote(_ text: String) {
        literal += "\"".utf8
        escape(Array(text.utf8))
        literal += "\"".utf8
    }

    /// RFC 8259 section 7: quotes, backslashes and control characters are escaped.
    private mutating func escape(_ bytes: [UInt8]) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""): literal += "\\\"".utf8
            case UInt8(ascii: "\\"): literal += "\\\\".utf8
            case 0x0A: literal += "\\n".utf8
            case 0x0D: literal += "\\r".utf8
            case 0x09: literal += "\\t".utf8
            case 0x00...0x1F:
                let digits = String(byte, radix: 16)
                literal += "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8
            default: literal.append(byte)
            }
        }
    }

    private mutating func flush() {
        if !literal.isEmpty { segments.append(.literal(literal)) }
        literal = []
    }
}
