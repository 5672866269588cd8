internal import CYAML

/// One event of libyaml with its place.
struct YAMLEvent: Sendable {
    enum Kind: Sendable {
        case documentStart
        case documentEnd
        case scalar(Node.Scalar)
        case sequenceStart
        case mappingStart
        case collectionEnd
        case alias(String)
    }

    var kind: Kind
    var range: SourceRange
    var anchor: String?
    var tag: String?
}

/// Why libyaml could not go on.
struct YAMLProblem: Error, Sendable {
    var message: String
    var range: SourceRange
    /// What was being read, and where it began.
    var context: (message: String, range: SourceRange)?
}

/// Reads YAML as a stream of events.
///
/// The only place of the module with unsafe pointers: a C parser keeps the address of itself and of its input, so
/// both live on the heap for as long as this owner does.
struct YAMLEventReader: ~Copyable {
    // The parser is a C structure that must not move; the input must stay where it is until the last event.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter bytes: valid UTF-8 without a byte order mark.
    init(_ bytes: ArraySlice<UInt8>) {
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        // Fails only where no memory is left, and then so does everything else here.
        precondition(yaml_parser_initialize(parser) == 1, "libyaml finds no memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deinitialize(count: 1)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; `nil` at the end of the stream.
    mutating func next() throws(YAMLProblem) -> YAMLEvent? {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
            defer { yaml_event_delete(&event) }
            let range = SourceRange(position(event.start_mark), position(event.end_mark))
            switch event.type {
            case YAML_STREAM_START_EVENT: continue
            case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, range: range)
            case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, range: range)
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                // A scalar may hold NUL (written "\0"), so its length decides and not its end.
                let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                let isQuoted = scalar.style != YAML_PLAIN_SCALAR_STYLE
                return YAMLEvent(
                    kind: .scalar(Node.Scalar(text: String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted)),
                    range: range, anchor: string(scalar.anchor), tag: string(scalar.tag))
            case YAML_SEQUENCE_START_EVENT:
                let start = event.data.sequence_start
                return YAMLEvent(
                    kind: .sequenceStart, range: range, anchor: string(start.anchor), tag: string(start.tag))
            case YAML_MAPPING_START_EVENT:
                let start = event.data.mapping_start
                return YAMLEvent(
                    kind: .mappingStart, range: range, anchor: string(start.anchor), tag: string(start.tag))
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .collectionEnd, range: range)
            case YAML_ALIAS_EVENT:
                return YAMLEvent(kind: .alias(string(event.data.alias.anchor) ?? ""), range: range)
            default: return nil
            }
        }
    }

    /// What the parser says went wrong, and what it was reading then.
    private var problem: YAMLProblem {
        let range = SourceRange(at: position(parser.pointee.problem_mark))
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text cannot be read"
        if problem.hasSuffix("<document start>") {
            return YAMLProblem(message: "not YAML: something follows the end of the document", range: range)
        }
        guard let context = parser.pointee.context.map({ String(cString: $0) }) else {
            if problem.hasPrefix("mapping values are not allowed") {
                return YAMLProblem(
                    message: "a second \":\" in one value; put text that holds \": \" in quotes", range: range)
            }
            return YAMLProblem(message: "not YAML: \(problem)", range: range)
        }
        if problem.hasSuffix("cannot start any token"), offender == UInt8(ascii: "\t") {
            return YAMLProblem(message: "YAML is indented with spaces, not with tabs", range: range)
        }
        if context.hasSuffix("scanning an alias") || context.hasSuffix("scanning an anchor") {
            let text = "\"*\" and \"&\" begin aliases and anchors in YAML; put the text in quotes"
            return YAMLProblem(message: text, range: range)
        }
        if context.hasSuffix("a flow mapping") || context.hasSuffix("a flow sequence"), offender == UInt8(ascii: "{") {
            let text = "text that holds \"{\" must be in quotes inside { … } and [ … ]"
            return YAMLProblem(message: text, range: range)
        }
        let place = SourceRange(at: position(parser.pointee.context_mark))
        return YAMLProblem(
            message: "not YAML: \(problem) \(context)", range: range,
            context: place.start == range.start ? nil : ("it began here", place))
    }

    /// The byte that the parser cannot take.
    private var offender: UInt8? {
        let position = parser.pointee.problem_mark
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(Int(position.line)) else { return nil }
        return lines[Int(position.line)].dropFirst(Int(position.column)).first
    }

    private func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }
}
