/// What remains of repeated measurements.
enum Summary {
    /// The middle one, or the mean of the two in the middle.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// The median of the ratios of neighbours. What slows the machine for a while slows both of a pair.
    static func ratio(_ values: [Double], to others: [Double]) -> Double {
        median(zip(values, others).map { $0 / $1 })
    }
}
