extension LimitDefinition.RefusedCost {
    /// Reads `true`, `false` or a number of units.
    init?(_ value: Value) {
        if let truth = value.scalar?.truth {
            self = truth ? .full : .nothing
        } else if value.scalar?.isNumber == true || value.node.parameter != nil {
            guard let cost = value.integer("a cost", in: 0...LimitDecoder.quotaLimit) else { return nil }
            self = cost == 0 ? .nothing : .constant(cost)
        } else {
            value.expected("true, false or what a refused request costs")
            return nil
        }
    }
}
