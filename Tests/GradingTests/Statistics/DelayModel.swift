import HTTPSemantics

/// The delays of the catalogue's tables (reference: the rules' statistics), with the noise that they assume.
enum DelayModel: String, CaseIterable {
    case none, tenth, quarter, half, quarterDown, equal, full, decorrelated, linear, constant
    case constantHalf = "constant ±50 %"
    case constantFull = "constant × full jitter"
    case cenkalti

    /// The delays before retry 1, 2, … of one client, in seconds, without noise.
    ///
    /// - Parameter base: the first delay without jitter.
    func delays(_ count: Int, base: Double, _ generator: inout SeededGenerator) -> [Double] {
        var delays: [Double] = []
        for index in 0..<count {
            let doubled = base * Double(1 << index)
            func share(_ low: Double, _ high: Double) -> Double { Double.random(in: low...high, using: &generator) }
            let delay: Double =
                switch self {
                case .none: doubled
                case .tenth: doubled * share(0.9, 1.1)
                case .quarter: doubled * share(0.75, 1.25)
                case .half: doubled * share(0.5, 1.5)
                case .quarterDown: doubled * share(0.75, 1)
                case .equal: doubled * share(0.5, 1)
                case .full: doubled * share(0, 1)
                case .decorrelated: share(base, 3 * (delays.last ?? base))
                case .linear: base * Double(index + 1)
                case .constant: base
                case .constantHalf: base * share(0.5, 1.5)
                case .constantFull: base * share(0, 1)
                case .cenkalti: (0..<index).reduce(base) { delay, _ in delay * 1.5 } * share(0.5, 1.5)
                }
            delays.append(delay)
        }
        return delays
    }

    /// What is measured of a delay: stamps that are off by 3 ms, and one in fifty 20 to 200 ms late.
    ///
    /// - Parameter deviation: how far stamps are off, in seconds.
    static func noise(
        stamps deviation: Double = 0.003, outliers: Double = 0.02, _ generator: inout SeededGenerator
    ) -> Double {
        // The sum of twelve uniform numbers is as good as normal here: a standard deviation of 1 around 6.
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
        let isOutlier = Double.random(in: 0..<1, using: &generator) < outliers
        return deviation * normal + (isOutlier ? Double.random(in: 0.02...0.2, using: &generator) : 0)
    }
}

/// Whether a count of some trials agrees with a share: four standard errors, and a point for the ways to simulate noise.
func agrees(_ count: Int, of trials: Int, with share: ClosedRange<Double>) -> Bool {
    func reach(_ share: Double) -> Double {
        4 * (max(share * (1 - share), 0.002) / Double(trials)).squareRoot() + 0.01
    }
    let measured = Double(count) / Double(trials)
    return measured > share.lowerBound - reach(share.lowerBound)
        && measured < share.upperBound + reach(share.upperBound)
}
