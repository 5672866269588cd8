internal import RateLimiting

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
            mapping.required(.refusals, "- status: 429")
            .map { self.refusals($0, sources: known) } ?? []
        guard let name else { return nil }
        return Dialect(
            name: name, title: mapping[.title]?.text("a title") ?? name,
            verified: mapping[.verified]?.truth() ?? false, sources: sources.map(\.text),
            announcements: announcements, refusals: refusals,
            refusedCost: mapping[.countRefused].flatMap { LimitDefinition.RefusedCost($0) } ?? .nothing,
            penalty: mapping[.penalty].flatMap { Penalty($0) },
            escalation: mapping[.escalation].flatMap { Escalation($0) },
            clockSkew: mapping[.clock].flatMap(ClockDecoder().skew(ofDialect:)) ?? .zero)
    }

    /// `sources:` gives each source an id, so that every fact can name where it was read.
    private func sources(_ value: Value) -> [(id: String, text: String)] {
        (value.entries("ids and sources") ?? []).compactMap { id, _, value in
            value.text("a page, a file or a specification").map { (id, $0) }
        }
    }

    // MARK: Headers

    private func announcement(_ value: Value, sources: [String]) -> Dialect.Announcement? {
        guard let mapping = value.mapping(of: AnnouncementKey.self) else { return nil }
        check(mapping[.source], sources: sources)
        let name = mapping.required(.name, "name: X-RateLimit-Limit").flatMap(fieldName)
        if !mapping.has(.value), !mapping.has(.list) {
            mapping.missing("\(AnnouncementKey.owner) needs \"value\" or \"list\": value: \"{{limit.capacity}}\"")
        }
        let text = mapping[.value].flatMap(response.fieldValue) ?? Template(segments: [])
        let item = mapping[.list].flatMap(response.fieldValue)
        let forEachLimit = mapping[.forEachLimit]?.truth() ?? false
        if forEachLimit, mapping.has(.list) {
            mapping.error("a list holds every limit already; \"for-each-limit\" sends a header for each", at: .list)
        }
        guard let name else { return nil }
        return Dialect.Announcement(
            occasion: mapping[.when]?.choice("occasion", of: Dialect.Occasion.self) ?? .always,
            forEachLimit: forEachLimit, limit: mapping[.limit]?.text("a limit's name"),
            field: FieldTemplate(name: name, value: text), item: item)
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
            case .placeholder, .value:
                value.error("a header's name can hold {{limit.name}} and nothing else")
                return nil
            }
        }
        return response.isAllowed(sample, at: value) ? template : nil
    }

    // MARK: Refusals

    private func refusals(_ value: Value, sources: [String]) -> [Dialect.Refusal] {
        guard let list = value.list("refusals") else { return [] }
        if list.isEmpty { value.error("a dialect needs at least one refusal") }
        var refusals: [Dialect.Refusal] = []
        for value in list {
            guard let mapping = value.mapping(of: RefusalKey.self),
                let refusal = refusal(mapping, sources: sources)
            else { continue }
            if let taker = refusals.first(where: { $0.takesAll(of: refusal) }) {
                value.error("this refusal is never used: one above it takes \(taker.scope)")
            }
            refusals.append(refusal)
        }
        return refusals
    }

    private func refusal(_ mapping: Mapping<RefusalKey>, sources: [String]) -> Dialect.Refusal? {
        check(mapping[.source], sources: sources)
        let status = mapping.required(.status, "status: 429").flatMap(response.status)
        let fields = mapping[.headers].map(response.fields) ?? []
        let body = response.body(of: mapping, .init(.text, .json, .file), status: status)
        let isRetryable = mapping[.retryable]?.truth() ?? true
        // A refusal that nobody ought to retry announces no wait, unless it is said to.
        let hint = mapping[.hint].flatMap(HintDecoder(response: response).hint)
        let limit = mapping[.limit]?.text("a limit's name")
        let cause = mapping[.cause]?.choice("cause", of: Dialect.Cause.self)
        guard let status else { return nil }
        return Dialect.Refusal(
            limit: limit, cause: cause, isRetryable: isRetryable,
            response: ResponseTemplate(status: status, fields: fields, body: body ?? .none),
            hint: hint ?? Dialect.Hint(field: isRetryable ? "Retry-After" : nil))
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

extension Dialect {
    /// The limits that have refusals of their own.
    var namedRefusals: [String] {
        refusals.compactMap(\.limit).reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }
}

extension Dialect.Refusal {
    /// Whether every refusal that the other would answer is answered by this one.
    fileprivate func takesAll(of other: Self) -> Bool {
        (limit == nil || limit == other.limit) && (cause == nil || cause == other.cause)
    }

    fileprivate var scope: String {
        switch (limit, cause) {
        case (nil, nil): "every limit"
        case (nil, let cause?): "every refusal by \(cause.rawValue)"
        default: "the same limit"
        }
    }
}
