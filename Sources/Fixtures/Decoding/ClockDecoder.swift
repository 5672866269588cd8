/// Reads `clock:` of a fixture or a dialect.
struct ClockDecoder {
    private static let longest = Duration.seconds(3660 * 86_400)

    /// What a clock shows.
    struct Clock {
        /// How far it is ahead of the true one.
        var skew: Duration?
        /// When it is set, in order.
        var steps: [ClockStep] = []
    }

    func clock(_ value: Value) -> Clock? {
        guard let mapping = value.mapping(of: ClockKey.self) else { return nil }
        if !mapping.means(.skew), !mapping.means(.steps) {
            mapping.missing("\(ClockKey.owner) needs \"skew\" or \"steps\", as in \(ClockKey.example)")
        }
        return Clock(
            skew: mapping[.skew]?.duration("a skew", in: -Self.longest...Self.longest),
            steps: mapping[.steps].map(steps) ?? [])
    }

    /// How far a dialect's clock is ahead of the true one. When a clock is set is a scenario, not a dialect.
    func skew(ofDialect value: Value) -> Duration? {
        guard let mapping = value.mapping(of: ClockKey.self) else { return nil }
        if mapping.has(.steps) { mapping.error("\"steps\" belong in a fixture, not in a dialect", at: .steps) }
        return mapping.required(.skew, "skew: -30s")?.duration("a skew", in: -Self.longest...Self.longest)
    }

    private func steps(_ value: Value) -> [ClockStep] {
        guard let list = value.list("clock steps") else { return [] }
        if list.isEmpty { value.error("at least one clock step, as in [ \(ClockStepKey.example) ]") }
        var last = Duration.zero
        return list.compactMap { value in
            guard let mapping = value.mapping(of: ClockStepKey.self) else { return nil }
            let at = mapping.required(.at, "at: 10s")?.duration("a time after the start", in: .zero...Self.longest)
            let by = mapping.required(.by, "by: -5m")?.duration("a step", in: -Self.longest...Self.longest)
            if let at {
                if at < last { mapping.error("this step comes before the one above it", at: .at) }
                last = at
            }
            guard let at, let by, by != .zero else { return nil }
            return ClockStep(at: at, by: by)
        }
    }
}

extension Duration {
    fileprivate static prefix func - (duration: Duration) -> Duration { .zero - duration }
}
