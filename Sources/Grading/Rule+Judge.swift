extension Rule {
    /// What it says of a journal as it is, in the words of every place that judges one: `expect:`, `/verdict` and
    /// `grade --journal`.
    public func judge(_ observation: Observation) -> Finding {
        guard let observe else {
            return Finding(
                .notApplicable, expected: requirement,
                actual: "it needs runs of its own: retrograde grade --only \(id)")
        }
        return observe(observation)
    }
}
