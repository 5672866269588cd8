/// What repeated measurements say.
struct Spread {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    /// The ratios of neighbours. What slows the machine for a while slows both of a pair.
    init(_ values: [Double], to others: [Double]) { self.init(zip(values, others).map { $0 / $1 }) }

    var count: Int { sorted.count }

    /// The middle one, or the mean of the two in the middle.
    var median: Double {
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// From the lowest to the highest.
    var range: ClosedRange<Double>? { sorted.first.flatMap { low in sorted.last.map { low...$0 } } }

    /// With ratios as percent beyond 1.
    var percentMore: Spread { Spread(sorted.map { ($0 - 1) * 100 }) }
}
