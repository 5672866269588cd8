/// The mean of a few events with its one-sided limits of 99 % by Student's t.
public struct MeanInterval: Hashable, Sendable {
    public var mean: Double
    public var lower: Double
    public var upper: Double

    /// - Parameters:
    ///   - events: at least two; fewer give limits of minus and plus infinity.
    ///   - leastError: the smallest standard error believed, for events that happen to agree.
    public init(_ events: [Double], leastError: Double) {
        let sample = Sample(events)
        mean = sample.mean
        guard sample.count >= 2 else {
            (lower, upper) = (-.infinity, .infinity)
            return
        }
        let error = max(sample.standardDeviation / Double(sample.count).squareRoot(), leastError)
        let reach = studentQuantile(0.99, degrees: sample.count - 1) * error
        (lower, upper) = (mean - reach, mean + reach)
    }
}
