/// Reads a dialect.
struct DialectDecoder {
    let findings: Findings
    let readFile: FixtureLoader.FileReader

    private var response: ResponseDecoder { ResponseDecoder(place: .dialect, readFile: readFile) }

    func dialect(_ value: Value) -> Dialect? {
        guard let mapping = value.mapping(of: DialectKey.self) else { return nil }
        let name = mapping.required(.name, "name: mine")?.text("a name")
        if let name, !Names.isIdentifier(name) {
            mapping.error("a dialect's name is letters, digits, \".\", \"_\" and \"-\", at most 64", at: .name)
        }
        let sources = mapping[.sources].map(sources) ?? []
        let known = sources.map(\.id)
        let announcements = (mapping[.headers]?.list("headers") ?? []).compactMap { announcement($0, sources: known) }
        let refusals =
            mapping.required(.refusals, "refusals: [ { status: 429 } ]")
            .map { self.refusals($0, sources: known) } ?? []
        guard let name else { return nil }
        return Dialect(
            name: name, title: mapping[.title]?.text("a title") ?? name,
            verified: mapping[.verified]?.truth() ?? false, sources: sources.map(\.text),
            announcements: announcements, refusals: refusals, countsRefused: mapping[.countRefused]?.truth() ?? false)
    }

    /// `sources:` gives each source an id, so that every fact can name where it was read.
    private func sources(_ value: Value) -> [(id: String, text: String)] {
        (value.entries("ids and sources") ?? []).compactMap { id, _, value in
            value.text("a page, a file or a specification").map { (id, $0) }
        }
    }

    private func announcement(_ value: Value, sources: [String]) -> Dialect.Announcement? {
        guard let mapping = value.mapping(of: AnnouncementKey.self) else { return nil }
        check(mapping[.source], sources: sources)
        let name = mapping.required(.name, "name: X-RateLimit-Limit").flatMap(fieldName)
        let text = mapping.required(.value, "value: \"{{limit.capacity}}\"").flatMap(response.fieldValue)
        let occasion = mapping[.when]?.choice("occasion", of: Dialect.Occasion.self) ?? .always
        let forEachLimit = mapping[.forEachLimit]?.truth() ?? false
        guard let name, let text else { return nil }
        return Dialect.Announcement(
            occasion: occasion, forEachLimit: forEachLimit, field: FieldTemplate(name: name, value: text))
    }

    /// A field's name, which may hold `{{limit.name}}` where the field is sent for each limit.
    private func fieldName(_ value: Value) -> Template? {
        guard let text = value.text("a header's name") else { return nil }
        let template = TemplateParser(place: .dialect, value: value).parse(text)
        var sample = ""
        for segment in template.segments {
            switch segment {
            case .literal(let bytes): sample += String(decoding: bytes, as: UTF8.self)
            case .placeholder(.limit(.name, .plain)): sample += "x"
            case .placeholder:
                value.error("a header's name can hold {{limit.name}} and nothing else")
                return nil
            }
        }
        return response.isAllowed(sample, at: value) ? template : nil
    }

    private func refusals(_ value: Value, sources: [String]) -> [Dialect.Refusal] {
        guard let list = value.list("refusals") else { return [] }
        if list.isEmpty { value.error("a dialect needs at least one refusal") }
        var seen: Set<String?> = []
        return list.compactMap { value in
            guard let mapping = value.mapping(of: RefusalKey.self) else { return nil }
            let refusal = refusal(mapping, sources: sources)
            let limit = mapping[.limit]?.text("a limit's name")
            if seen.contains(nil) || !seen.insert(limit).inserted {
                let taken = seen.contains(nil) ? "every limit" : "the same limit"
                value.error("this refusal is never used: one above it takes \(taken)")
            }
            return refusal
        }
    }

    private func refusal(_ mapping: Mapping<RefusalKey>, sources: [String]) -> Dialect.Refusal? {
        check(mapping[.source], sources: sources)
        let status = mapping.required(.status, "status: 429").flatMap(response.status)
        let fields = mapping[.headers].map(response.fields) ?? []
        let body = response.body(of: mapping, .text, .json, .file, status: status)
        let hint = mapping[.hint].flatMap(hint) ?? Dialect.Hint()
        guard let status else { return nil }
        return Dialect.Refusal(
            limit: mapping[.limit]?.scalar?.text,
            response: ResponseTemplate(status: status, fields: fields, body: body ?? .none), hint: hint)
    }

    /// `none`, or which field announces the wait and how it is written.
    private func hint(_ value: Value) -> Dialect.Hint? {
        if value.scalar?.text == "none" { return Dialect.Hint(field: nil) }
        guard let mapping = value.mapping(of: HintKey.self) else { return nil }
        let field = mapping[.header]?.text("a header's name") ?? "Retry-After"
        let isAllowed = mapping[.header].map { response.isAllowed(field, at: $0) } ?? true
        let format = mapping[.format]?.choice("format", of: ValueFormat.self) ?? .seconds
        return isAllowed ? Dialect.Hint(field: field, format: format) : nil
    }

    private func check(_ value: Value?, sources: [String]) {
        guard let value else { return }
        for value in value.isList ? value.list("ids of sources") ?? [] : [value] {
            guard let id = value.text("the id of a source"), !sources.contains(id) else { continue }
            let suggestion = Suggestion.phrase(for: id, among: sources)
            let known = sources.isEmpty ? "; the dialect lists none" : "; it lists \(sources.listed("and"))"
            value.error("unknown source \(id.quoted)\(suggestion.isEmpty ? known : suggestion)")
        }
    }
}
