extension ConnectionFault {
    /// Reads `[ { times: 2, then: reset }, { then: refuse, for: 2s } ]`. Steps that a parameter switches off are left out.
    static func steps(_ value: Value) -> [ConnectionFault] {
        guard let list = value.list("connection faults") else { return [] }
        if list.isEmpty { value.error("at least one connection fault, as in [ \(ConnectionKey.example) ]") }
        return list.compactMap { value in
            guard let mapping = value.mapping(of: ConnectionKey.self) else { return nil }
            guard let action = mapping.required(.then, "then: reset")?.choice("connection fault", of: Action.self)
            else {
                return nil
            }
            return action == .refuse ? refusal(mapping) : counted(action, mapping)
        }
    }

    private static func counted(_ action: Action, _ mapping: Mapping<ConnectionKey>) -> ConnectionFault? {
        let times = mapping[.times].map { value in
            value.integer("a number of times", in: (value.node.parameter == nil ? 1 : 0)...1_000_000) ?? 1
        }
        if mapping.has(.duration) {
            mapping.error("\"for\" belongs to then: refuse; say how many connections with \"times\"", at: .duration)
        }
        return times == 0 ? nil : ConnectionFault(times: Int(times ?? 1), action: action)
    }

    private static func refusal(_ mapping: Mapping<ConnectionKey>) -> ConnectionFault? {
        if mapping.has(.times) {
            mapping.error(
                "the system refuses connections without telling anybody, so nobody can count them; say how long with for: 2s",
                at: .times)
        } else if !mapping.means(.duration) {
            mapping.error("a refusal needs \"for\", as in { then: refuse, for: 2s }", at: .then)
        }
        let duration = mapping[.duration].flatMap { value in
            value.duration(
                "a time", in: (value.node.parameter == nil ? .milliseconds(1) : .zero) ... .seconds(86_400))
        }
        guard let duration, duration > .zero else { return nil }
        return ConnectionFault(refusingFor: duration)
    }
}
