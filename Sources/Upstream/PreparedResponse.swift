internal import Fixtures
internal import HTTPSemantics

/// A response as a fixture or a dialect writes it, with all settled that no request changes: which fields are added to
/// it, and how values are escaped.
struct PreparedResponse: Sendable {
    /// Whether it has a Date of its own.
    let namesDate: Bool
    /// What Content-Type is added; `nil`: none, or it has one of its own.
    let contentType: [UInt8]?
    let fields: [Field]
    let body: BodyTemplate
    /// How values stand in the body.
    let escape: Escape
    /// What the dialect may add on the occasion of this response.
    let announcements: [PreparedAnnouncement]
    /// Room for most bodies of this kind.
    let bodySize: Int

    struct Field: Sendable {
        let name: [UInt8]
        let value: Template
    }

    init(_ template: ResponseTemplate, on occasion: Dialect.Occasion, in fixture: Fixture) {
        fields = template.fields.map { Field(name: $0.name.constant.asToken, value: $0.value.withoutControls) }
        let names = fields.map { $0.name.map(\.lowercasedASCII) }
        namesDate = names.contains(Array("date".utf8))
        body = template.body
        let own = names.firstIndex(of: Array("content-type".utf8)).map { template.fields[$0].value }
        let added: String?
        switch template.body {
        case .none: (added, escape, bodySize) = (nil, .none, 0)
        case .text(let text): (added, escape, bodySize) = ("text/plain; charset=utf-8", own?.escape ?? .none, text.size)
        case .json(let text): (added, escape, bodySize) = ("application/json", .json, text.size)
        case .bytes(_, let contentType): (added, escape, bodySize) = (contentType, .none, 0)
        case .echo: (added, escape, bodySize) = ("application/json", .none, 0)
        }
        contentType = own == nil ? added.map { Array($0.utf8) } : nil
        announcements = fixture.dialect.announcements.compactMap {
            PreparedAnnouncement($0, on: occasion, besides: names, in: fixture)
        }
    }
}

/// A field that tells of limits, on one occasion and beside one response.
struct PreparedAnnouncement: Sendable {
    let isAboutLimits: Bool
    let forEachLimit: Bool
    /// Only where less than a fifth of the quota is left.
    let onlyNearLimit: Bool
    /// The only limit of the fixture that it speaks of, or -1 where the fixture has none of that name; `nil`: all.
    private let limit: Int?
    let name: Name
    let value: Template
    let item: Template?

    enum Name: Sendable {
        /// For each limit of the fixture; `nil` where the response has a field of that name itself.
        case ofLimits([[UInt8]?])
        case constant([UInt8])
        case template(Template)
    }

    /// - Parameter names: those of the response's own fields, in lower case.
    /// - Returns: `nil` where it is never sent on this occasion.
    init?(
        _ announcement: Dialect.Announcement, on occasion: Dialect.Occasion, besides names: [[UInt8]],
        in fixture: Fixture
    ) {
        onlyNearLimit = announcement.occasion == .nearLimit
        guard announcement.occasion == .always || announcement.occasion == occasion || onlyNearLimit else { return nil }
        isAboutLimits = announcement.isAboutLimits
        forEachLimit = announcement.forEachLimit
        limit = announcement.limit.map { name in fixture.limits.firstIndex { $0.name == name } ?? -1 }
        value = announcement.field.value.withoutControls
        item = announcement.item?.withoutControls
        let template = announcement.field.name
        if template.isConstant {
            let constant = template.constant.asToken
            guard !names.contains(constant.map(\.lowercasedASCII)) else { return nil }
            name = .constant(constant)
        } else if isAboutLimits, template.namesOnlyTheLimit {
            name = .ofLimits(
                fixture.limits.map { limit in
                    let name = template.constant(namingLimit: limit.name).asToken
                    return names.contains(name.map(\.lowercasedASCII)) ? nil : name
                })
        } else {
            name = .template(template)
        }
    }

    /// Whether it tells of this limit now.
    func speaks(of state: ReplyPlan.LimitState) -> Bool {
        if let limit, limit != state.limit { return false }
        return !onlyNearLimit || state.remaining * 5 < state.capacity
    }
}

extension Template {
    /// The bytes of one without placeholders; those of others are left out.
    fileprivate var constant: [UInt8] { constant(namingLimit: "") }

    fileprivate func constant(namingLimit name: String) -> [UInt8] {
        segments.flatMap { segment -> [UInt8] in
            switch segment {
            case .literal(let bytes): bytes
            case .placeholder(.limit(.name, _)): Array(name.utf8)
            case .placeholder, .value: []
            }
        }
    }

    fileprivate var namesOnlyTheLimit: Bool {
        segments.allSatisfy { segment in
            switch segment {
            case .literal, .placeholder(.limit(.name, _)): true
            case .placeholder, .value: false
            }
        }
    }

    /// As the value of a field.
    fileprivate var withoutControls: Template {
        Template(
            segments: segments.map { segment in
                if case .literal(let bytes) = segment { .literal(bytes.withoutControls) } else { segment }
            })
    }

    /// About how long it becomes.
    fileprivate var size: Int {
        segments.reduce(0) { size, segment in
            if case .literal(let bytes) = segment { size + bytes.count } else { size + 32 }
        }
    }

    /// How values stand in a text body, where this is its Content-Type.
    fileprivate var escape: Escape {
        guard case .literal(let bytes)? = segments.first else { return .none }
        let type = String(decoding: bytes.map(\.lowercasedASCII).prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
        if type.hasSuffix("json") || type.hasPrefix("application/x-amz-json") { return .json }
        return type.hasSuffix("xml") || type == "text/html" ? .xml : .none
    }
}

extension Dialect.Announcement {
    /// Whether it has nothing to say where there is no limit.
    var isAboutLimits: Bool {
        let segments = field.name.segments + field.value.segments + (item?.segments ?? [])
        let namesLimits = segments.contains {
            switch $0 {
            case .placeholder(.limit), .placeholder(.retryAfter): true
            default: false
            }
        }
        return namesLimits || forEachLimit || limit != nil || item != nil || occasion == .nearLimit
    }
}
