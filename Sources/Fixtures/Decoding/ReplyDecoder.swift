internal import HTTPSemantics

/// Reads one step of a script.
struct ReplyDecoder {
    let limits: [String]
    /// Limits that the dialect has refusals for, which a script may pretend.
    let refusals: [String]
    let states: [String]
    let response: ResponseDecoder
    let readFolder: FixtureLoader.FolderReader

    private static let bodies: [ReplyKey] = [.text, .json, .file, .filler, .echo]

    /// - Returns: `nil` for a step that is never played (`times: $failures` with 0) or that cannot be read.
    func reply(_ value: Value) -> Reply? {
        guard let mapping = value.mapping(of: ReplyKey.self) else { return nil }
        let times = mapping[.times].flatMap(times) ?? (mapping.has(.when) ? .max : 1)
        let refusal = mapping[.refusal].flatMap(refusal)
        let fault = mapping[.fault].flatMap { Fault($0) }
        let content = content(mapping, refusal, fault)
        let retryAfter = retryAfter(mapping, refusal)
        let honoursRanges = mapping[.ranges]?.truth() ?? false
        if honoursRanges, mapping.has(.refusal) || mapping.has(.files) {
            mapping.error(
                "\"ranges\" is for status and success\(mapping.has(.files) ? "; files are sent in parts in any case" : "")",
                at: .ranges)
        }
        let delivery = DeliveryDecoder().delivery(mapping)
        let delay = mapping[.delay].flatMap { Delay($0) } ?? .none
        let phase = mapping[.sendAt]?.mapping(of: SendAtKey.self)?.required(.phase, "phase: 100ms")?
            .duration("a phase", in: .zero ... .milliseconds(999))
        let hold = mapping[.holdUntil].flatMap { Hold($0) }
        let condition = mapping[.when].flatMap { Condition($0, states: states) }
        let nextState = mapping[.goto].flatMap { $0.state(of: states) }
        guard times > 0, let content else { return nil }
        return Reply(
            times: times, content: content, retryAfter: retryAfter, fault: fault, honoursRanges: honoursRanges,
            delivery: delivery, delay: delay, sendPhase: phase, hold: hold, condition: condition, nextState: nextState)
    }

    /// At least 1, but a parameter may switch a step off with 0.
    private func times(_ value: Value) -> Int? {
        value.integer("a number of times", in: (value.node.parameter == nil ? 1 : 0)...1_000_000).map(Int.init)
    }

    /// What is answered: exactly one of status, success and refusal, or nothing beside a fault.
    private func content(
        _ mapping: Mapping<ReplyKey>, _ refusal: Mapping<ScriptedRefusalKey>?, _ fault: Fault?
    ) -> Reply.Content? {
        let kinds = mapping.present([.status, .success, .refusal, .files])
        let parts = mapping.present([.headers] + Self.bodies)
        for extra in kinds.dropFirst() {
            mapping.error("\"\(extra.rawValue)\" beside \"\(kinds[0].rawValue)\": a reply is one of them", at: extra)
        }
        if let fault, fault.isSilent {
            for key in kinds + parts + mapping.present([.retryAfter, .ranges] + DeliveryDecoder.keys) {
                mapping.error("nothing is sent after this fault; \"\(key.rawValue)\" has no use", at: key)
            }
            return .nothing
        }
        switch kinds.first {
        case .status: return literal(mapping)
        case .success:
            reportMisplaced(parts, in: mapping, beside: .success)
            return .success(overriding: mapping[.success].map(response.override) ?? ResponseOverride())
        case .refusal:
            reportMisplaced(parts, in: mapping, beside: .refusal)
            return .refusal(limit: refusal?[.limit].flatMap(limit))
        case .files:
            for key in parts + mapping.present([.retryAfter]) {
                mapping.error("\"\(key.rawValue)\" belongs to \"status\"; files have their own", at: key)
            }
            return mapping[.files].flatMap(StaticFilesDecoder(response: response, readFolder: readFolder).files)
                .map { .files($0) }
        default:
            if mapping.has(.fault) {
                // What breaks is the success, unless something else stands beside the fault.
                reportMisplaced(parts, in: mapping, beside: .success)
                return .success(overriding: ResponseOverride())
            }
            mapping.missing("a reply needs one of \"status\", \"success\", \"refusal\", \"files\" and \"fault\"")
            return nil
        }
    }

    private func literal(_ mapping: Mapping<ReplyKey>) -> Reply.Content? {
        let status = mapping[.status].flatMap(response.status)
        let fields = mapping[.headers].map(response.fields) ?? []
        if mapping.has(.retryAfter), fields.contains(where: { $0.name.isNamed("retry-after") }) {
            mapping.error("a second Retry-After; \"headers\" has one already", at: .retryAfter)
        }
        let body = response.body(of: mapping, .init(.text, .json, .file, .filler, .echo), status: status)
        guard let status else { return nil }
        return .literal(ResponseTemplate(status: status, fields: fields, body: body ?? .none))
    }

    private func reportMisplaced(_ parts: [ReplyKey], in mapping: Mapping<ReplyKey>, beside kind: ReplyKey) {
        for key in parts {
            let advice =
                kind == .success
                ? "write success: { \(key.rawValue): … }" : "the dialect says what a refusal looks like"
            mapping.error("\"\(key.rawValue)\" belongs to \"status\"; \(advice)", at: key)
        }
    }

    private func refusal(_ value: Value) -> Mapping<ScriptedRefusalKey>? {
        value.isNothing ? nil : value.mapping(of: ScriptedRefusalKey.self)
    }

    /// The wait that is announced: beside the status, or inside a refusal.
    private func retryAfter(
        _ mapping: Mapping<ReplyKey>, _ refusal: Mapping<ScriptedRefusalKey>?
    ) -> RetryAfterScript? {
        if let refusal, refusal.has(.retryAfter), mapping.has(.retryAfter) {
            mapping.error("a second retry-after; the refusal has one", at: .retryAfter)
        }
        return (refusal?[.retryAfter] ?? mapping[.retryAfter]).flatMap(RetryAfterDecoder().retryAfter)
    }

    private func limit(_ value: Value) -> String? {
        guard let name = value.text("a limit's name") else { return nil }
        guard limits.contains(name) || refusals.contains(name) else {
            value.reportUnknownLimit(name, known: limits + refusals.filter { !limits.contains($0) })
            return nil
        }
        return name
    }
}

extension Hold {
    /// Reads `{ parked: 20, group: herd, at-most: 10s }`.
    init?(_ value: Value) {
        guard let mapping = value.mapping(of: HoldKey.self) else { return nil }
        let parked = mapping.required(.parked, "parked: 20")?.integer("a number of parked replies", in: 1...100_000)
        let group = mapping[.group]?.text("a group's name") ?? "default"
        let atMost = mapping[.atMost]?.duration("a time", in: .milliseconds(1) ... .seconds(3600)) ?? .seconds(10)
        guard let parked else { return nil }
        self.init(parked: Int(parked), group: group, atMost: atMost)
    }
}

extension Value {
    func reportUnknownLimit(_ name: String, known: [String]) {
        let suggestion = Suggestion.phrase(for: name, among: known)
        let list = known.isEmpty ? "; the fixture names no limits" : "; the fixture has \(known.listed("and"))"
        error("unknown limit \(name.quoted)\(suggestion.isEmpty ? list : suggestion)")
    }
}

extension Template {
    /// Whether it is this name, without regard to case.
    fileprivate func isNamed(_ name: String) -> Bool {
        guard case .literal(let bytes)? = segments.first, segments.count == 1 else { return false }
        return String(decoding: bytes, as: UTF8.self).lowercased() == name
    }
}
