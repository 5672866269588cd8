internal import Fixtures
internal import HTTPSemantics
internal import Journal
internal import RateLimiting

/// What the placeholders of one response stand for, and the response that comes of it.
struct TemplateValues {
    private let prepared: PreparedFixture
    private let limits: [ReplyPlan.LimitState]
    private let attempt: Int
    let request: UpstreamRequest
    let sent: SendTime
    /// What the Date field says at the instant of sending.
    private let date: [UInt8]
    /// What makes secrets unreadable in an echo.
    private let redaction: Redaction?
    /// A position in the fixture's routes.
    var route: Int?
    var wait = AnnouncedWait.none
    /// The limit that `limit.PROPERTY` is about.
    private var limit: ReplyPlan.LimitState?
    /// The name of a limit that a script pretends has refused.
    private var limitName: String?
    /// Whether the response is the dialect's refusal.
    private var isRefusal = false

    init(
        _ plan: ReplyPlan, of prepared: PreparedFixture, request: UpstreamRequest, sent: SendTime, date: [UInt8],
        redaction: Redaction?
    ) {
        self.prepared = prepared
        limits = plan.limits
        attempt = plan.attempt
        self.request = request
        self.sent = sent
        self.date = date
        self.redaction = redaction
        limit = Self.tightest(plan.limits)
    }

    var target: RequestTarget { RequestTarget(request.target) }

    /// The response is the refusal of a limit of the route.
    mutating func refuse(by limit: Int) {
        isRefusal = true
        self.limit = limits.first { $0.limit == limit } ?? self.limit
    }

    /// The response is a refusal that a script pretends, by a limit with this name if it has one.
    mutating func refuse(as name: String?) {
        isRefusal = true
        limitName = name
        if let name { limit = limits.first { prepared.fixture.limits[$0.limit].name == name } ?? limit }
    }

    /// Announces what a script says, if it says something.
    mutating func announce(_ script: RetryAfterScript?, hint: Dialect.Hint?) {
        if let script { wait = AnnouncedWait(script, hint: hint, sentAt: sent) }
    }

    /// The limit that would be the first to refuse: the fewest further calls of this cost, then the longest wait.
    private static func tightest(_ limits: [ReplyPlan.LimitState]) -> ReplyPlan.LimitState? {
        guard limits.count > 1 else { return limits.first }
        return limits.min { left, right in
            let (leftCalls, rightCalls) = (left.remaining / max(1, left.cost), right.remaining / max(1, right.cost))
            if leftCalls != rightCalls { return leftCalls < rightCalls }
            return (left.retryAt ?? .distantFuture) > (right.retryAt ?? .distantFuture)
        }
    }

    // MARK: The response

    /// A response that no fixture has.
    mutating func response(_ template: ResponseTemplate, on occasion: Dialect.Occasion) -> RenderedReply {
        response(PreparedResponse(template, on: occasion, in: prepared.fixture), status: template.status)
    }

    /// Fields in this order: Date, Content-Type, the response's own, the dialect's announcements, the wait. A field
    /// that the response names itself is not added again.
    mutating func response(_ response: PreparedResponse, status: Int) -> RenderedReply {
        var fields = FieldBlock()
        // One allocation each, for most responses: what they outgrow is copied.
        fields.reserve(fields: response.fields.count + response.announcements.count + 5, bytes: 512)
        if !response.namesDate { fields.append(name: Self.dateName, value: date) }
        if let contentType = response.contentType {
            fields.append(name: Self.contentTypeName, value: contentType)
        }
        for field in response.fields where !wait.replaces(field.name) {
            fields.append(name: field.name) { bytes in
                append(field.value, .field, to: &bytes)
                return true
            }
        }
        for announcement in response.announcements { append(announcement, besides: response.fields, to: &fields) }
        wait.append(to: &fields, sentAt: sent)
        var body: [UInt8] = []
        body.reserveCapacity(response.bodySize)
        append(response.body, response.escape, to: &body)
        return RenderedReply(status: status, fields: fields, body: body)
    }

    private static let dateName = Array("Date".utf8)
    private static let contentTypeName = Array("Content-Type".utf8)

    /// An announcement is left out where a limit has no such value: nobody can say when it opens.
    private mutating func append(
        _ announcement: PreparedAnnouncement, besides own: [PreparedResponse.Field], to fields: inout FieldBlock
    ) {
        // What says nothing of limits, such as the request's name, is sent where there are none too.
        guard announcement.isAboutLimits else { return appendField(announcement, besides: own, to: &fields) }
        // Set and set back: copies of these values took 1,000 instructions a request.
        let before = (limit, limitName)
        defer { (limit, limitName) = before }
        if announcement.forEachLimit {
            for state in limits where announcement.speaks(of: state) {
                (limit, limitName) = (state, nil)
                appendField(announcement, besides: own, to: &fields)
            }
        } else if let state = tightest(announcement) {
            (limit, limitName) = (state, nil)
            appendField(announcement, besides: own, to: &fields)
        }
    }

    /// Of the limits that an announcement speaks of, the one in question, else the tightest.
    private func tightest(_ announcement: PreparedAnnouncement) -> ReplyPlan.LimitState? {
        if let limit, limits.contains(where: { $0.limit == limit.limit }), announcement.speaks(of: limit) {
            return limit
        }
        return Self.tightest(limits.filter { announcement.speaks(of: $0) })
    }

    private mutating func appendField(
        _ announcement: PreparedAnnouncement, besides own: [PreparedResponse.Field], to fields: inout FieldBlock
    ) {
        let name: [UInt8]
        switch announcement.name {
        case .constant(let constant): name = constant
        case .ofLimits(let names):
            guard let limit, let ofLimit = names[limit.limit] else { return }
            name = ofLimit
        case .template(let template):
            var bytes: [UInt8] = []
            append(template, .none, to: &bytes)
            name = bytes.asToken
            guard !own.contains(where: { $0.name.map(\.lowercasedASCII) == name.map(\.lowercasedASCII) }) else {
                return
            }
        }
        guard !wait.replaces(name) else { return }
        fields.append(name: name) { bytes in
            let start = bytes.count
            appendKnown(announcement.value, to: &bytes)
            if let item = announcement.item { append(item, forEachLimitOf: announcement, after: start, to: &bytes) }
            return bytes.count > start
        }
    }

    /// Appends an item for each limit to a value that begins at `start`, with commas between what is not empty.
    private mutating func append(
        _ item: Template, forEachLimitOf announcement: PreparedAnnouncement, after start: Int, to bytes: inout [UInt8]
    ) {
        for state in limits where announcement.speaks(of: state) {
            limit = state
            let end = bytes.count
            if end > start { bytes += ", ".utf8 }
            let itemStart = bytes.count
            appendKnown(item, to: &bytes)
            if bytes.count == itemStart { bytes.removeLast(itemStart - end) }
        }
    }

    /// What is announced of a limit, or nothing where a value is asked for that nobody knows: when a concurrency limit
    /// opens, say. A parameter of a structured field (`;t=`) is left out alone (RFC 9651 section 3.1.2).
    private func appendKnown(_ template: Template, to bytes: inout [UInt8]) {
        let start = bytes.count
        for segment in template.segments {
            switch segment {
            case .literal(let literal): bytes += literal
            case .placeholder(let placeholder), .value(let placeholder):
                if append(placeholder, .field, to: &bytes) { continue }
                if bytes.count > start, bytes.last == UInt8(ascii: "="),
                    let parameter = bytes[start...].lastIndex(of: UInt8(ascii: ";"))
                {
                    bytes.removeSubrange(parameter...)
                } else {
                    bytes.removeSubrange(start...)
                    return
                }
            }
        }
    }

    private func append(_ body: BodyTemplate, _ escape: Escape, to bytes: inout [UInt8]) {
        switch body {
        case .none: break
        case .text(let template), .json(let template): append(template, escape, to: &bytes)
        case .bytes(let content, _): bytes = content
        case .echo: bytes = Echo(of: request, redaction: redaction ?? Redaction { _ in "secret" }).json
        }
    }

    /// A template in bytes, its values escaped. A placeholder without a value is empty.
    private func append(_ template: Template, _ escape: Escape, to bytes: inout [UInt8]) {
        for segment in template.segments {
            switch segment {
            case .literal(let literal): bytes += literal
            case .placeholder(let placeholder): _ = append(placeholder, escape, to: &bytes)
            case .value(let placeholder): appendJSON(of: placeholder, to: &bytes)
            }
        }
    }

    // MARK: The values

    /// A value as JSON: a number, a truth value or nothing as it stands, anything else as a string. Of the request's own
    /// JSON also lists and objects; nothing where there is no value.
    private func appendJSON(of placeholder: Placeholder, to bytes: inout [UInt8]) {
        if case .json(let pointer) = placeholder {
            guard let found = JSONScanner.value(at: pointer, in: request.body) else {
                bytes += "null".utf8
                return
            }
            bytes += found.kind == .string ? found.text.quotedForJSON : found.text
            return
        }
        var value: [UInt8] = []
        guard append(placeholder, .none, to: &value) else {
            bytes += "null".utf8
            return
        }
        switch JSONScanner.value(at: [], in: value) {
        // Spaces around it make it a text.
        case (.number, value)?, (.bool, value)?, (.null, value)?: bytes += value
        default: bytes += value.quotedForJSON
        }
    }

    /// Appends a value, if there is one. What is made here (numbers, dates, identifiers) needs no escaping anywhere;
    /// what comes from a request or a fixture does.
    private func append(_ placeholder: Placeholder, _ escape: Escape, to bytes: inout [UInt8]) -> Bool {
        let found: [UInt8]?
        switch placeholder {
        case .path(let name): found = pathParameter(name)
        case .query(let name): found = target.queryValue(name)
        case .header(let name): found = request.fields.firstValue(of: name).map { Array($0) }
        case .json(let pointer): found = JSONScanner.value(at: pointer, in: request.body)?.text
        case .port: found = Array(port)
        case .limit(.name, _): found = nameOfLimit.map { Array($0.utf8) }
        case .limit(.unit, _): found = unit.map { Array($0.utf8) }
        case .attempt:
            bytes.append(decimal: Int64(attempt))
            return true
        case .now(let format, let ahead):
            format.append(present: SendTime(instant: sent.instant + ahead, wall: sent.wall), to: &bytes)
            return true
        case .id:
            bytes += identifier.prefix(24)
            return true
        case .uuid:
            bytes += uuid.utf8
            return true
        case .limit(let property, let format): return append(property, format, to: &bytes)
        case .retryAfter(let format):
            guard let until = wait.until else { return false }
            format.append(until: until, sentAt: sent, to: &bytes)
            return true
        }
        guard let found else { return false }
        escape.append(found, to: &bytes)
        return true
    }

    /// The port in the request's Host field; a client leaves out the one that goes without saying.
    private var port: [UInt8] {
        let host = request.fields.firstValue(of: "Host") ?? []
        guard let colon = host.lastIndex(of: UInt8(ascii: ":")) else { return Array("80".utf8) }
        let digits = host[(colon + 1)...]
        return digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Array(digits) : []
    }

    private func pathParameter(_ name: String) -> [UInt8]? {
        guard let route else { return nil }
        let position = prepared.fixture.routes[route].match.segments.firstIndex(of: .parameter(name))
        return position.flatMap { target.decodedSegment($0) }
    }

    private var nameOfLimit: String? {
        if let limitName { return limitName }
        if let limit { return prepared.fixture.limits[limit.limit].name }
        return isRefusal ? "requests" : nil
    }

    private var unit: String? {
        guard let limit, case .concurrency = policy(of: limit) else { return nil }
        return "\"concurrent-requests\""
    }

    private func append(_ property: LimitProperty, _ format: ValueFormat, to bytes: inout [UInt8]) -> Bool {
        guard let limit else { return appendPretended(property, format, to: &bytes) }
        switch property {
        case .name, .unit: return false
        case .capacity: format.append(count: limit.capacity, to: &bytes)
        case .remaining: format.append(count: limit.remaining, to: &bytes)
        case .used: format.append(count: limit.capacity - limit.remaining, to: &bytes)
        case .cost: format.append(count: limit.cost, to: &bytes)
        case .perMinute:
            guard let gain = policy(of: limit).gain(in: 60, .up) else { return false }
            format.append(count: gain, to: &bytes)
        case .perSecond:
            guard let gain = policy(of: limit).gain(in: 1, .down) else { return false }
            format.append(count: max(1, gain), to: &bytes)
        case .window:
            guard let window = policy(of: limit).window else { return false }
            format.append(nanoseconds: window.nanoseconds, to: &bytes)
        case .retry:
            guard let retryAt = limit.retryAt else { return false }
            format.append(until: retryAt, sentAt: sent, to: &bytes)
        case .reset:
            guard limit.resetAt != .distantFuture else { return false }
            format.append(until: limit.resetAt, sentAt: sent, to: &bytes)
        }
        return true
    }

    private func policy(of limit: ReplyPlan.LimitState) -> LimitPolicy { prepared.fixture.limits[limit.limit].policy }

    /// What a script's refusal says where the route has no limit: as if one call were allowed until the announced
    /// wait is over, and had been made. Other responses have nothing to say.
    private func appendPretended(_ property: LimitProperty, _ format: ValueFormat, to bytes: inout [UInt8]) -> Bool {
        guard isRefusal else { return false }
        switch property {
        case .name, .unit: return false
        case .capacity, .used, .cost, .perMinute, .perSecond: format.append(count: 1, to: &bytes)
        case .remaining: format.append(count: 0, to: &bytes)
        case .window:
            guard let until = wait.until else { return false }
            format.append(nanoseconds: max(.zero, until - sent.instant).nanoseconds, to: &bytes)
        case .retry, .reset:
            guard let until = wait.until else { return false }
            format.append(until: until, sentAt: sent, to: &bytes)
        }
        return true
    }

    /// A UUID of version 4, by its form: nothing in it is random but the seed.
    private var uuid: String {
        let digits = Array(String(decoding: identifier, as: UTF8.self))
        let parts = [digits[0..<8], digits[8..<12], "4" + digits[13..<16], "a" + digits[17..<20], digits[20..<32]]
        return parts.map { String($0) }.joined(separator: "-")
    }

    /// 32 hexadecimal digits that follow from the fixture's seed and the number of the exchange. The first sixteen
    /// are a permutation of that number, so no two exchanges share them.
    private var identifier: [UInt8] {
        var generator = SeededGenerator(seed: prepared.fixture.seed &+ request.exchange &* 0xD1B5_4A32_D192_ED03)
        return [generator.next(), generator.next()].flatMap { number in
            (0..<16).reversed().map { position in
                let digit = UInt8(truncatingIfNeeded: number >> (position * 4)) & 0xF
                return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
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
