/// Do delays grow? The slope of ln(mean delay) over the number of the retry, with its standard error.
///
/// Means of delays, not of their logarithms: for full jitter the logarithm has a standard deviation of 1, the mean
/// one of 0.577 / sqrt(n).
public struct GrowthSlope: Hashable, Sendable {
    public var slope: Double
    public var standardError: Double
    /// How many indices it rests on, after the plateau was cut.
    public var indices: Int

    /// What a factor must exceed to be growth.
    public static let leastFactor = 1.2

    /// The growth factor from one retry to the next.
    public var factor: Double { exponential(slope) }

    /// - Parameter samples: the delays of retry 1, 2, … over the runs; each with at least one positive value.
    ///   `nil` is returned for fewer than two indices.
    public init?(_ samples: [Sample]) {
        let used = Self.withoutPlateau(samples)
        guard used.count >= 2, used.allSatisfy({ $0.mean > 0 }) else { return nil }
        let centre = Double(used.count + 1) / 2
        var spread = 0.0
        var covariance = 0.0
        var variance = 0.0
        for (position, sample) in used.enumerated() {
            let distance = Double(position + 1) - centre
            spread += distance * distance
            covariance += distance * naturalLogarithm(sample.mean)
            let variation = sample.coefficientOfVariation
            variance += distance * distance * variation * variation / Double(sample.count)
        }
        slope = covariance / spread
        standardError = (variance / (spread * spread)).squareRoot()
        indices = used.count
    }

    public enum Answer: Sendable { case grows, doesNotGrow, open }

    /// - Parameter z: how many standard errors the limit is away: 2.33 for one look at 99 %, 2.6 where the sample
    ///   may be enlarged and looked at again.
    public func answer(z: Double) -> Answer {
        let threshold = naturalLogarithm(Self.leastFactor)
        if slope - z * standardError > threshold { return .grows }
        if slope + z * standardError < threshold { return .doesNotGrow }
        return .open
    }

    /// Leaves out what lies behind the first index of a plateau: a cap that was reached says nothing about growth.
    /// A ladder that is flat from its first delay on has no cap and is kept whole.
    static func withoutPlateau(_ samples: [Sample]) -> [Sample] {
        guard let highest = samples.map(\.mean).max() else { return samples }
        let onTop = samples.indices.filter { samples[$0].mean > 0.9 * highest }
        // A ladder that grew to its cap began well below it; one that is flat is above its other means by chance.
        guard onTop.count >= 2, let first = onTop.first, first > 0, samples[0].mean < 0.7 * highest else {
            return samples
        }
        return Array(samples[...first])
    }

    /// Where the ladder stops growing, if it does: the mean of its plateau.
    public static func cap(_ samples: [Sample]) -> Double? {
        let kept = withoutPlateau(samples).count
        guard kept < samples.count else { return nil }
        return Sample(samples[(kept - 1)...].map(\.mean)).mean
    }
}
