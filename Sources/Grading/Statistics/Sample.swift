/// Observations in the order in which they were made, and what is said about them.
public struct Sample: Hashable, Sendable {
    public var values: [Double]

    public init(_ values: [Double]) { self.values = values }

    public var count: Int { values.count }

    public var isEmpty: Bool { values.isEmpty }

    /// The arithmetic mean; 0 of nothing.
    public var mean: Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(count) }

    /// The standard deviation with n - 1 in the denominator; 0 of fewer than two.
    public var standardDeviation: Double {
        guard count > 1 else { return 0 }
        let centre = mean
        let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        return (squares / Double(count - 1)).squareRoot()
    }

    /// Standard deviation over mean.
    public var coefficientOfVariation: Double { mean == 0 ? 0 : standardDeviation / mean }

    /// The middle value, or the mean of the two middle ones; 0 of nothing.
    public var median: Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// 0 of nothing.
    public var smallest: Double { values.min() ?? 0 }

    /// 0 of nothing.
    public var largest: Double { values.max() ?? 0 }

    /// The largest less the smallest; 0 of nothing.
    public var range: Double { largest - smallest }
}
