/// The pooled coefficient of variation: a second opinion on jitter, from all retries together.
///
/// Noise is one-sided, so the largest delay of each retry is dropped. What is left scatters by q, the mean of (s/m)²
/// weighted by the degrees of freedom, and q ν / χ² limits it from both sides at 99 % each. Uniform delays have a
/// kurtosis of 1.8, below the normal 3, so for them the limits are wider than they need be.
public struct PooledVariation: Hashable, Sendable {
    public enum Answer: Hashable, Sendable { case jittered, fixed, open }

    /// More than a hundredth or two of the delay is more than a timer's coarseness, less than a twentieth is no jitter
    /// that parts anybody.
    static let (timer, leastJitter) = (0.02, 0.05)

    /// The pooled coefficient of variation.
    public var value: Double
    /// Its one-sided limits of 99 %.
    public var lower: Double
    public var upper: Double
    /// What noise may make of constant delays: (0.02² + (3σ/m)²)^½, pooled.
    public var ceiling: Double

    /// - Parameters:
    ///   - delays: the delays before each retry, in seconds; retries with fewer than three are left out.
    ///   - noise: the standard deviation of a constant delay on the same machine, in seconds.
    ///   - dropped: how many of the latest delays of each retry are left out.
    /// - Returns: `nil` where no retry has enough delays.
    public init?(_ delays: [Sample], noise: Double, dropping dropped: Int = 1) {
        var degrees = 0
        var squares = 0.0
        var ceilings = 0.0
        for sample in delays where sample.count >= dropped + 2 {
            let kept = Sample(Array(sample.values.sorted().dropLast(dropped)))
            guard kept.mean > 0 else { continue }
            let own = kept.count - 1
            degrees += own
            squares += Double(own) * kept.coefficientOfVariation * kept.coefficientOfVariation
            let disturbance = 3 * noise / kept.mean
            ceilings += Double(own) * (Self.timer * Self.timer + disturbance * disturbance)
        }
        guard degrees > 0 else { return nil }
        value = (squares / Double(degrees)).squareRoot()
        lower = (squares / chiSquareQuantile(0.99, degrees: degrees)).squareRoot()
        upper = (squares / chiSquareQuantile(0.01, degrees: degrees)).squareRoot()
        ceiling = (ceilings / Double(degrees)).squareRoot()
    }

    public var answer: Answer {
        if lower > ceiling { return .jittered }
        return upper < Self.leastJitter ? .fixed : .open
    }
}
