internal import HTTPSemantics

/// Reads what responses are made of: status, headers and body, wherever they are written.
struct ResponseDecoder {
    let place: TemplatePlace
    let readFile: FixtureLoader.FileReader

    /// A whole response.
    func response(_ value: Value) -> ResponseTemplate? {
        guard let mapping = value.mapping(of: ResponseKey.self) else { return nil }
        let status = mapping.required(.status, "status: 200").flatMap(status)
        let fields = mapping[.headers].map(fields) ?? []
        let body = body(of: mapping, BodyKeys(.text, .json, .file, .filler, .echo), status: status)
        guard let status else { return nil }
        return ResponseTemplate(status: status, fields: fields, body: body ?? .none)
    }

    /// What a `success:` step changes.
    func override(_ value: Value) -> ResponseOverride {
        if value.isNothing { return ResponseOverride() }
        guard let mapping = value.mapping(of: ResponseKey.self) else { return ResponseOverride() }
        let status = mapping[.status].flatMap(status)
        return ResponseOverride(
            status: status, fields: mapping[.headers].map(fields) ?? [],
            body: body(of: mapping, BodyKeys(.text, .json, .file, .filler, .echo), status: status))
    }

    /// 200 to 999: interim responses (1xx) end nothing, and three digits are all there are (RFC 9110 section 15).
    func status(_ value: Value) -> Int? {
        if let text = value.scalar?.text, let status = Int(text), (100...199).contains(status) {
            value.error("\(status) is an interim status; a reply has a final one, 200 to 999")
            return nil
        }
        return value.integer("a status", in: 200...999).map(Int.init)
    }

    func fields(_ value: Value) -> [FieldTemplate] {
        var fields: [FieldTemplate] = []
        for (name, place, value) in value.entries("header names and values") ?? [] {
            guard isAllowed(name, at: place) else { continue }
            for element in value.isList ? value.list("values") ?? [] : [value] {
                guard let template = fieldValue(element) else { continue }
                fields.append(FieldTemplate(name: Template(name), value: template))
            }
        }
        return fields
    }

    /// A field value: any text without control characters.
    func fieldValue(_ value: Value) -> Template? {
        guard let text = value.text("a header's value") else { return nil }
        guard Names.isFieldValue(text.utf8) else {
            value.error("a header's value has no line ends and no control characters")
            return nil
        }
        return TemplateParser(place: place, value: value).parse(text)
    }

    /// Whether a response may have a field of this name, reported where not.
    func isAllowed(_ name: String, at place: Value) -> Bool {
        guard Names.isToken(name) else {
            place.error("\(name.quoted) is not a header's name: letters, digits and !#$%&'*+-.^_`|~ only")
            return false
        }
        switch name.lowercased() {
        case "content-length", "transfer-encoding", "connection":
            place.error("\"\(name)\" is the server's own; it follows from the body and the connection")
        case "date": place.error("\"\(name)\" is the server's own; set what it believes with clock: { skew: -30s }")
        default: return true
        }
        return false
    }

    /// The keys that give a body, where they stand in a mapping.
    struct BodyKeys<Key: MappingKey> {
        var text, json, file: Key
        var filler, echo: Key?

        init(_ text: Key, _ json: Key, _ file: Key, _ filler: Key? = nil, _ echo: Key? = nil) {
            (self.text, self.json, self.file) = (text, json, file)
            (self.filler, self.echo) = (filler, echo)
        }

        var all: [Key] { [text, json, file, filler, echo].compactMap(\.self) }
    }

    /// The body that one of the keys gives; `nil` where there is none.
    func body<Key: MappingKey>(
        of mapping: Mapping<Key>, _ keys: BodyKeys<Key>, status: Int?
    ) -> BodyTemplate? {
        let present = mapping.present(keys.all)
        for extra in present.dropFirst() {
            mapping.error("a second body; \"\(present[0].rawValue)\" is one already", at: extra)
        }
        guard let key = present.first, let value = mapping[key] else { return nil }
        if let status, status == 204 || status == 304 {
            mapping.error("a \(status) response has no body (RFC 9110 section 15)", at: key)
        }
        switch key {
        case keys.text:
            return value.text("a text body").map { .text(TemplateParser(place: place, value: value).parse($0)) }
        case keys.json: return .json(JSONText.template(of: value, place: place))
        case keys.filler: return value.size("a size", upTo: Self.largestFiller).map(Self.filler)
        case keys.echo:
            guard let truth = value.truth() else { return nil }
            if !truth { value.error("an echo is there or not; leave the key out") }
            return .echo
        default: return value.text("a file's path").flatMap { contents(of: $0, value) }
        }
    }

    private static let largestFiller = 16 << 20

    /// Bytes without a meaning, the same in every run. Those of another size are others from the first on, so that
    /// parts of two of them never fit together.
    private static func filler(_ size: Int) -> BodyTemplate {
        var generator = SeededGenerator(seed: UInt64(size))
        var word: UInt64 = 0
        let bytes = (0..<size).map { position in
            word = position % 8 == 0 ? generator.next() : word >> 8
            return UInt8(truncatingIfNeeded: word)
        }
        return .bytes(bytes, contentType: MediaType.unknown)
    }

    private func contents(of path: String, _ value: Value) -> BodyTemplate? {
        switch readFile(path) {
        case .success(let bytes): return .bytes(bytes, contentType: MediaType.of(path: path))
        case .failure(let problem):
            value.error("\(value.node.description) \(problem.reason)")
            return nil
        }
    }
}
