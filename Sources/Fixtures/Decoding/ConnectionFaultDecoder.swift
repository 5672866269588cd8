extension ConnectionFault {
    /// Words of the grammar that the server cannot do: the system refuses connections without telling anybody, so
    /// they cannot be counted.
    private static let planned: Set = ["refuse"]

    /// Reads `[ { times: 2, then: reset } ]`. Steps that a parameter switches off are left out.
    static func steps(_ value: Value) -> [ConnectionFault] {
        guard let list = value.list("connection faults") else { return [] }
        if list.isEmpty { value.error("at least one connection fault, as in [ \(ConnectionKey.example) ]") }
        return list.compactMap { value in
            guard let mapping = value.mapping(of: ConnectionKey.self) else { return nil }
            let times = mapping[.times].map { value in
                value.integer("a number of times", in: (value.node.parameter == nil ? 1 : 0)...1_000_000) ?? 1
            }
            let action = mapping.required(.then, "then: reset")?
                .choice("connection fault", of: Action.self, planned: planned)
            guard let action, times != 0 else { return nil }
            return ConnectionFault(times: Int(times ?? 1), action: action)
        }
    }
}
