/// The late-trimmed range: is a delay randomised?
///
/// Noise is one-sided, since nothing makes an arrival earlier than it was, so the largest value is dropped and the
/// range of the others is compared with a threshold tau. A delay is called jittered if the range exceeds it.
public struct TrimmedRange: Hashable, Sendable {
    /// How many observations there were, the dropped one included.
    public var count: Int
    /// x_(n-1) - x_(1).
    public var width: Double

    /// - Parameter values: at least three; fewer give a width of 0.
    public init(_ values: [Double]) {
        count = values.count
        let sorted = values.sorted()
        width = sorted.count < 3 ? 0 : sorted[sorted.count - 2] - sorted[0]
    }

    /// An estimate of the full width of a uniform jitter: R' (n + 1) / (n - 2).
    public var estimatedJitter: Double {
        count < 3 ? 0 : width * Double(count + 1) / Double(count - 2)
    }

    /// How likely a uniform jitter of some width is not seen.
    ///
    /// The range of all but the largest of n uniform values is distributed as Beta(n - 2, 3).
    ///
    /// - Parameters:
    ///   - count: observations, at least 3.
    ///   - share: the threshold over the width of the jitter.
    public static func missProbability(count: Int, share: Double) -> Double {
        betaDistribution(share, a: Double(count - 2), b: 3)
    }

    /// How likely a constant delay is called jittered, where each observation is late by more than the threshold
    /// with some probability: at least two of n must be.
    public static func falseAlarmProbability(count: Int, outlier: Double) -> Double {
        func power(_ base: Double, _ exponent: Int) -> Double {
            (0..<exponent).reduce(1.0) { product, _ in product * base }
        }
        return 1 - power(1 - outlier, count) - Double(count) * outlier * power(1 - outlier, count - 1)
    }
}
