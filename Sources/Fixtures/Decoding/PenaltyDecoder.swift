internal import RateLimiting

extension Penalty {
    /// Reads `{ for: 30s, extended-by-retries: true }`; `none` is none, where a dialect has one.
    init?(_ value: Value) {
        if value.scalar?.text == "none" { return nil }
        guard let mapping = value.mapping(of: PenaltyKey.self) else { return nil }
        let duration = mapping.required(.duration, "for: 30s")?.duration("a penalty", in: punishmentBounds)
        let isExtended = mapping[.extendedByRetries]?.truth() ?? false
        guard let duration else { return nil }
        self.init(duration: duration, extendedByRetries: isExtended)
    }
}

extension Escalation {
    /// Reads `{ refusals: 10, within: 1m, ban: 10m, status: 403 }`; `none` is none, where a dialect has one.
    init?(_ value: Value) {
        if value.scalar?.text == "none" { return nil }
        guard let mapping = value.mapping(of: EscalationKey.self) else { return nil }
        let refusals = mapping.required(.refusals, "refusals: 10")?.integer("a number of refusals", in: 1...100_000)
        let within = mapping.required(.within, "within: 1m")?.duration("a time", in: punishmentBounds)
        let ban = mapping.required(.ban, "ban: 10m")?.duration("a ban", in: punishmentBounds)
        let status = mapping[.status]?.integer("the status of a ban", in: 400...599)
        guard let refusals, let within, let ban else { return nil }
        self.init(refusals: Int(refusals), within: within, ban: ban, status: status.map { Int($0) })
    }
}

private let punishmentBounds = Duration.milliseconds(1)...LimitDecoder.windowLimit
