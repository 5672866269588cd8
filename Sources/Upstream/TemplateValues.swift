internal import Fixtures
internal import HTTPSemantics
internal import Journal
internal import RateLimiting

/// What the placeholders of one response stand for, and the response that comes of it.
struct TemplateValues {
    let fixture: Fixture
    let plan: ReplyPlan
    let request: UpstreamRequest
    let target: RequestTarget
    let sent: SendTime
    /// What makes secrets unreadable in an echo.
    let redaction: Redaction
    var route: RoutePattern?
    var wait = AnnouncedWait.none
    /// The limit that `limit.PROPERTY` is about.
    private var limit: ReplyPlan.LimitState?
    /// The name of a limit that a script pretends has refused.
    private var limitName: String?
    /// Whether the response is the dialect's refusal.
    private var isRefusal = false

    init(
        fixture: Fixture, plan: ReplyPlan, request: UpstreamRequest, target: RequestTarget, sent: SendTime,
        redaction: Redaction
    ) {
        self.fixture = fixture
        self.plan = plan
        self.request = request
        self.target = target
        self.sent = sent
        self.redaction = redaction
        limit = Self.tightest(plan.limits)
    }

    /// The response is the refusal of a limit of the route.
    mutating func refuse(by limit: Int) {
        isRefusal = true
        self.limit = plan.limits.first { $0.limit == limit } ?? self.limit
    }

    /// The response is a refusal that a script pretends, by a limit with this name if it has one.
    mutating func refuse(as name: String?) {
        isRefusal = true
        limitName = name
        if let name { limit = plan.limits.first { fixture.limits[$0.limit].name == name } ?? limit }
    }

    /// Announces what a script says, if it says something.
    mutating func announce(_ script: RetryAfterScript?, hint: Dialect.Hint?) {
        if let script { wait = AnnouncedWait(script, hint: hint, sentAt: sent) }
    }

    /// The limit that would be the first to refuse: the fewest further calls of this cost, then the longest wait.
    private static func tightest(_ limits: [ReplyPlan.LimitState]) -> ReplyPlan.LimitState? {
        limits.min { left, right in
            let (leftCalls, rightCalls) = (left.remaining / max(1, left.cost), right.remaining / max(1, right.cost))
            if leftCalls != rightCalls { return leftCalls < rightCalls }
            return (left.retryAt ?? .distantFuture) > (right.retryAt ?? .distantFuture)
        }
    }

    // MARK: The response

    /// Fields in this order: Date, Content-Type, the response's own, the dialect's announcements, the wait. A field
    /// that the response names itself is not added again.
    mutating func response(
        _ template: ResponseTemplate, status: Int, occasion: Dialect.Occasion
    ) -> RenderedReply {
        var fields = FieldBlock()
        fields.reserve(fields: template.fields.count + 8, bytes: 512)
        if !template.fields.contains(where: { $0.isNamed("Date".utf8) }) {
            fields.append("Date", HTTPDate.format(sent.time))
        }
        let (body, contentType) = render(template.body, escape: Self.escaping(for: template))
        if let contentType, !template.fields.contains(where: { $0.isNamed("Content-Type".utf8) }) {
            fields.append("Content-Type", contentType)
        }
        for field in template.fields where !wait.replaces(field) {
            fields.append(name: render(field.name).asToken, value: render(field.value).withoutControls)
        }
        for announcement in fixture.dialect.announcements {
            append(announcement, on: occasion, unlessIn: template, to: &fields)
        }
        if let (name, value) = wait.field {
            fields.append(name: name.utf8, value: Array(value.utf8).withoutControls)
        }
        return RenderedReply(status: status, fields: fields, body: body)
    }

    /// An announcement is left out where a limit has no such value: nobody can say when it opens.
    private mutating func append(
        _ announcement: Dialect.Announcement, on occasion: Dialect.Occasion, unlessIn template: ResponseTemplate,
        to fields: inout FieldBlock
    ) {
        let spoken = plan.limits.filter {
            announcement.speaks(of: $0, named: fixture.limits[$0.limit].name, on: occasion)
        }
        let tightest = spoken.first { $0.limit == limit?.limit } ?? Self.tightest(spoken)
        // What says nothing of limits, such as the request's name, is sent where there are none too.
        let states: [ReplyPlan.LimitState?]
        if announcement.isAboutLimits {
            states = announcement.forEachLimit ? spoken : tightest.map { [$0] } ?? []
        } else {
            states = announcement.isSent(on: occasion) ? [nil] : []
        }
        // Set and set back: copies of these values took 1,000 instructions a request.
        let own = (limit, limitName)
        defer { (limit, limitName) = own }
        for state in states {
            if let state { (limit, limitName) = (state, nil) }
            let name = render(announcement.field.name).asToken
            var value = renderKnown(announcement.field.value).withoutControls
            if let item = announcement.item {
                for other in spoken {
                    limit = other
                    let part = renderKnown(item).withoutControls
                    if !value.isEmpty, !part.isEmpty { value += ", ".utf8 }
                    value += part
                }
            }
            let isSaid = template.fields.contains { $0.isNamed(name) } || wait.replaces(name)
            if !isSaid && !value.isEmpty { fields.append(name: name, value: value) }
        }
    }

    /// What is announced of a limit, or nothing where a value is asked for that nobody knows: when a concurrency limit
    /// opens, say. A parameter of a structured field (`;t=`) is left out alone (RFC 9651 section 3.1.2).
    private func renderKnown(_ template: Template) -> [UInt8] {
        var bytes: [UInt8] = []
        for segment in template.segments {
            switch segment {
            case .literal(let literal): bytes += literal
            case .placeholder(let placeholder), .value(let placeholder):
                if let value = value(of: placeholder) {
                    bytes += value
                } else if bytes.last == UInt8(ascii: "="), let start = bytes.lastIndex(of: UInt8(ascii: ";")) {
                    bytes.removeSubrange(start...)
                } else {
                    return []
                }
            }
        }
        return bytes
    }

    private func render(
        _ body: BodyTemplate, escape: ([UInt8]) -> [UInt8]
    ) -> (bytes: [UInt8], contentType: String?) {
        switch body {
        case .none: ([], nil)
        case .text(let template): (render(template, escape: escape), "text/plain; charset=utf-8")
        case .json(let template): (render(template) { $0.escapedForJSON }, "application/json")
        case .bytes(let bytes, let contentType): (bytes, contentType)
        case .echo: (Echo(of: request, redaction: redaction).json, "application/json")
        }
    }

    /// How values stand in a text body: as the Content-Type that the response names asks for.
    private static func escaping(for template: ResponseTemplate) -> ([UInt8]) -> [UInt8] {
        let field = template.fields.first { $0.isNamed("Content-Type".utf8) }
        guard case .literal(let bytes)? = field?.value.segments.first else { return { $0 } }
        let type = String(decoding: bytes.map(\.lowercasedASCII).prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
        if type.hasSuffix("json") || type.hasPrefix("application/x-amz-json") { return { $0.escapedForJSON } }
        return type.hasSuffix("xml") || type == "text/html" ? { $0.escapedForXML } : { $0 }
    }

    /// A template in bytes, each value passed through `escape`. A placeholder without a value is empty.
    private func render(_ template: Template, escape: ([UInt8]) -> [UInt8] = { $0 }) -> [UInt8] {
        var bytes: [UInt8] = []
        for segment in template.segments {
            switch segment {
            case .literal(let literal): bytes += literal
            case .placeholder(let placeholder): bytes += escape(value(of: placeholder) ?? [])
            case .value(let placeholder): bytes += json(of: placeholder)
            }
        }
        return bytes
    }

    // MARK: The values

    /// A value as JSON: a number, a truth value or nothing as it stands, anything else as a string. Of the request's own
    /// JSON also lists and objects; nothing where there is no value.
    private func json(of placeholder: Placeholder) -> [UInt8] {
        if case .json(let pointer) = placeholder {
            guard let found = JSONScanner.value(at: pointer, in: request.body) else { return Array("null".utf8) }
            return found.kind == .string ? found.text.quotedForJSON : found.text
        }
        guard let value = value(of: placeholder) else { return Array("null".utf8) }
        switch JSONScanner.value(at: [], in: value) {
        // Spaces around it make it a text.
        case (.number, value)?, (.bool, value)?, (.null, value)?: return value
        default: return value.quotedForJSON
        }
    }

    private func value(of placeholder: Placeholder) -> [UInt8]? {
        switch placeholder {
        case .path(let name): pathParameter(name)
        case .query(let name): target.queryValue(name)
        case .header(let name): request.fields.firstValue(of: name).map { Array($0) }
        case .json(let pointer): JSONScanner.value(at: pointer, in: request.body)?.text
        case .port: Array(port)
        case .attempt: Array("\(plan.attempt)".utf8)
        case .now(let format, let ahead):
            Array(format.text(ofPresent: SendTime(instant: sent.instant + ahead, wall: sent.wall)).utf8)
        case .id: Array(identifier.prefix(24).utf8)
        case .uuid: Array(uuid.utf8)
        case .limit(let property, let format): value(of: property, format).map { Array($0.utf8) }
        case .retryAfter(let format): wait.until.map { Array(format.text(until: $0, sentAt: sent).utf8) }
        }
    }

    /// The port in the request's Host field; a client leaves out the one that goes without saying.
    private var port: [UInt8] {
        let host = request.fields.firstValue(of: "Host") ?? []
        guard let colon = host.lastIndex(of: UInt8(ascii: ":")) else { return Array("80".utf8) }
        let digits = host[(colon + 1)...]
        return digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Array(digits) : []
    }

    private func pathParameter(_ name: String) -> [UInt8]? {
        let position = route?.segments.firstIndex(of: .parameter(name))
        return position.flatMap { target.decodedSegment($0) }
    }

    private func value(of property: LimitProperty, _ format: ValueFormat) -> String? {
        if property == .name, let limitName { return limitName }
        guard let limit else { return pretended(property, format) }
        let definition = fixture.limits[limit.limit]
        return switch property {
        case .name: definition.name
        case .capacity: format.text(of: limit.capacity)
        case .remaining: format.text(of: limit.remaining)
        case .used: format.text(of: limit.capacity - limit.remaining)
        case .cost: format.text(of: limit.cost)
        case .perMinute: definition.policy.gain(in: 60, .up).map { format.text(of: $0) }
        case .perSecond: definition.policy.gain(in: 1, .down).map { format.text(of: max(1, $0)) }
        case .window: definition.policy.window.map { format.text(of: $0) }
        case .unit: if case .concurrency = definition.policy { "\"concurrent-requests\"" } else { nil }
        case .retry: limit.retryAt.map { format.text(until: $0, sentAt: sent) }
        case .reset: limit.resetAt == .distantFuture ? nil : format.text(until: limit.resetAt, sentAt: sent)
        }
    }

    /// What a script's refusal says where the route has no limit: as if one call were allowed until the announced
    /// wait is over, and had been made. Other responses have nothing to say.
    private func pretended(_ property: LimitProperty, _ format: ValueFormat) -> String? {
        guard isRefusal else { return nil }
        return switch property {
        case .name: limitName ?? "requests"
        case .capacity, .used, .cost, .perMinute, .perSecond: format.text(of: 1)
        case .remaining: format.text(of: 0)
        case .window: wait.until.map { format.text(of: max(.zero, $0 - sent.instant)) }
        case .unit: nil
        case .retry, .reset: wait.until.map { format.text(until: $0, sentAt: sent) }
        }
    }

    /// A UUID of version 4, by its form: nothing in it is random but the seed.
    private var uuid: String {
        let digits = Array(identifier)
        let parts = [digits[0..<8], digits[8..<12], "4" + digits[13..<16], "a" + digits[17..<20], digits[20..<32]]
        return parts.map { String($0) }.joined(separator: "-")
    }

    /// 32 hexadecimal digits that follow from the fixture's seed and the number of the exchange. The first sixteen
    /// are a permutation of that number, so no two exchanges share them.
    private var identifier: String {
        var generator = SeededGenerator(seed: fixture.seed &+ request.exchange &* 0xD1B5_4A32_D192_ED03)
        let digits = [generator.next(), generator.next()].map { number in
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits.joined()
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

    fileprivate func isSent(on present: Dialect.Occasion) -> Bool { occasion == .always || occasion == present }

    /// Whether it tells of this limit now.
    fileprivate func speaks(of state: ReplyPlan.LimitState, named name: String, on present: Dialect.Occasion) -> Bool {
        if let limit, limit != name { return false }
        switch occasion {
        case .always, .success, .refusal: return isSent(on: present)
        case .nearLimit: return state.remaining * 5 < state.capacity
        }
    }
}

extension LimitPolicy {
    fileprivate enum Rounding { case up, down }

    /// What a number of seconds is worth at the rate of the quota; `nil` where time has no part in it.
    fileprivate func gain(in seconds: Int64, _ rounding: Rounding) -> Int64? {
        guard let quota, let length = self.window else { return nil }
        let window = max(1, length / .milliseconds(1))
        let exact = Double(quota) * Double(seconds) * 1000 / window
        return Int64(exact.rounded(rounding == .up ? .up : .down))
    }
}
