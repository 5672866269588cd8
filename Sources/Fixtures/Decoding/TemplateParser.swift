internal import HTTPSemantics

/// Which names a template may use where it stands.
enum TemplatePlace: Hashable, Sendable {
    /// A reply of a route with these path parameters; `nil`: the path could not be read, so any name may be right.
    case route(parameters: [String]?)
    /// The fixture's success, which every route shares.
    case success
    /// A dialect, which knows limits and waits but no routes.
    case dialect
}

/// Reads text with placeholders: `{{path.id}}`, `{{ limit.reset | go-duration }}`.
struct TemplateParser {
    let place: TemplatePlace
    let value: Value
    /// Whether `| json` makes a placeholder a value of JSON: only in a JSON body.
    var takesValues = false

    /// The template of a text; what is wrong in it is reported at the value's place.
    func parse(_ text: String) -> Template {
        var segments: [Template.Segment] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            append(rest[..<open.lowerBound], to: &segments)
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                report("a placeholder is not closed: \"}}\" is missing", at: open.lowerBound..<text.endIndex, in: text)
                return Template(segments: segments)
            }
            let inner = rest[open.upperBound..<close.lowerBound]
            if let segment = segment(inner, in: text) { segments.append(segment) }
            rest = rest[close.upperBound...]
        }
        append(rest, to: &segments)
        return Template(segments: segments)
    }

    private func append(_ text: Substring, to segments: inout [Template.Segment]) {
        if !text.isEmpty { segments.append(.literal(Array(text.utf8))) }
    }

    private func segment(_ inner: Substring, in text: String) -> Template.Segment? {
        let parts = inner.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[parts.count - 1].trimmed == "json" else {
            return placeholder(inner, in: text).map { .placeholder($0) }
        }
        guard takesValues else {
            report("\"| json\" makes a value of a json: body, and stands nowhere else", at: inner.range, in: text)
            return nil
        }
        return placeholder(inner[..<parts[parts.count - 2].endIndex], in: text).map { .value($0) }
    }

    private func placeholder(_ inner: Substring, in text: String) -> Placeholder? {
        let parts = inner.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmed)
        let name = String(parts[0])
        var format: ValueFormat?
        if parts.count == 2 {
            format = ValueFormat(rawValue: String(parts[1]))
            if format == nil {
                let names = ValueFormat.allCases.map(\.rawValue)
                let suggestion = Suggestion.phrase(for: String(parts[1]), among: names)
                let known = suggestion.isEmpty ? "; it is \(names.listed())" : suggestion
                report("unknown format \(String(parts[1]).quoted)\(known)", at: inner.range, in: text)
                return nil
            }
        }
        guard let (placeholder, formats) = named(name, format: format ?? .plain) else {
            let suggestion = Suggestion.phrase(for: name, among: knownNames)
            let known = suggestion.isEmpty ? "; known here: \(knownNames.listed("and"))" : suggestion
            report("unknown name \(name.quoted) in a template\(known)", at: inner.range, in: text)
            return nil
        }
        if let format, !formats.contains(format) {
            let known = formats.isEmpty ? "it takes none" : "it takes \(formats.map(\.rawValue).listed())"
            report("\(name.quoted) has no format \"\(format.rawValue)\"; \(known)", at: inner.range, in: text)
            return nil
        }
        return placeholder
    }

    /// The placeholder of a name, and the formats that it takes.
    private func named(_ name: String, format: ValueFormat) -> (Placeholder, [ValueFormat])? {
        switch name {
        case "id": return (.id, [])
        case "uuid": return (.uuid, [])
        case "port": return (.port, [])
        case "attempt" where place != .dialect: return (.attempt, [])
        case "retry-after" where place == .dialect: return (.retryAfter(format), ValueFormat.waits)
        default: break
        }
        if let ahead = Self.timeAhead(name) {
            return (.now(format == .plain ? .rfc3339 : format, ahead: ahead), ValueFormat.times)
        }
        if name.hasPrefix("json/") {
            return Names.jsonPointer(name.dropFirst(4)).map { (.json(pointer: $0), []) }
        }
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch (parts[0], place) {
        case ("query", _): return (.query(parts[1]), [])
        case ("header", _) where Names.isToken(parts[1]): return (.header(parts[1]), [])
        case ("path", .route(let names)) where names?.contains(parts[1]) ?? true: return (.path(parts[1]), [])
        case ("limit", .dialect):
            return LimitProperty(rawValue: parts[1]).map { (.limit($0, format), $0.formats) }
        default: return nil
        }
    }

    /// How far `now`, `now + 3s` and `now - 1m` are ahead of the present; `nil` for any other name.
    private static func timeAhead(_ name: String) -> Duration? {
        let words = name.split(separator: " ", omittingEmptySubsequences: true)
        guard words.first == "now" else { return nil }
        if words.count == 1 { return .zero }
        guard words.count == 3, let duration = DurationText.parse(words[2]) else { return nil }
        switch words[1] {
        case "+": return duration
        case "-": return .zero - duration
        default: return nil
        }
    }

    private var knownNames: [String] {
        let everywhere = ["query.NAME", "header.NAME", "json/POINTER", "port", "now", "id", "uuid"]
        switch place {
        case .route(let names): return (names ?? []).map { "path.\($0)" } + ["attempt"] + everywhere
        case .success: return ["attempt"] + everywhere
        case .dialect: return LimitProperty.allCases.map { "limit.\($0.rawValue)" } + ["retry-after"] + everywhere
        }
    }

    /// Marks the part of a scalar where it stands in the source as it is; else the whole scalar.
    private func report(_ message: String, at part: Range<String.Index>, in text: String) {
        var range = value.range
        let length = range.end.column - range.start.column
        let scalars = text.unicodeScalars
        let quotes = value.scalar?.isQuoted == true ? 2 : 0
        if value.node.parameter == nil, range.start.line == range.end.line, length == scalars.count + quotes {
            let offset = scalars.distance(from: scalars.startIndex, to: part.lowerBound)
            let count = scalars.distance(from: part.lowerBound, to: part.upperBound)
            range.start.column += quotes / 2 + offset
            range.end.column = range.start.column + count
        }
        value.findings.error(message, at: range)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var result = self
        while result.first == " " { result.removeFirst() }
        while result.last == " " { result.removeLast() }
        return result
    }

    /// Where the text without the spaces around it stands.
    fileprivate var range: Range<String.Index> {
        let trimmed = trimmed
        return trimmed.isEmpty ? startIndex..<endIndex : trimmed.startIndex..<trimmed.endIndex
    }
}

extension ValueFormat {
    /// Formats of a point in time.
    static let times: [ValueFormat] = [
        .epochSeconds, .epochDecimalSeconds, .epochMilliseconds, .rfc3339, .isoMinute, .imfFixdate, .rfc850, .asctime,
        .imfFixdateUTC,
    ]
    /// Formats of a length of time.
    static let lengths: [ValueFormat] = [.seconds, .milliseconds, .decimalSeconds, .goDuration, .protobufDuration]
    /// Formats of a wait, which is a length and a point.
    static let waits = lengths + times
}

extension LimitProperty {
    var formats: [ValueFormat] {
        switch self {
        case .name, .unit: []
        case .capacity, .remaining, .used, .cost, .perMinute, .perSecond: [.decimal]
        case .window: ValueFormat.lengths
        case .retry, .reset: ValueFormat.waits
        }
    }
}
