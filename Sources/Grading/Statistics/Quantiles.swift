/// The quantile of the standard normal distribution, by bisection of its upper tail.
///
/// - Parameter probability: within 0 ... 1, without the ends.
public func normalQuantile(_ probability: Double) -> Double {
    bisect(probability) { 1 - upperNormalTail($0) }
}

/// The quantile of Student's t distribution.
///
/// - Parameters:
///   - probability: within 0 ... 1, without the ends; 0.99 for a one-sided limit of 99 %.
///   - degrees: degrees of freedom, at least 1.
public func studentQuantile(_ probability: Double, degrees: Int) -> Double {
    precondition(degrees >= 1, "a t distribution has at least one degree of freedom")
    let nu = Double(degrees)
    return bisect(probability) { t in
        let tail = betaDistribution(nu / (nu + t * t), a: nu / 2, b: 0.5) / 2
        return t < 0 ? tail : 1 - tail
    }
}

func bisect(_ probability: Double, _ distribution: (Double) -> Double) -> Double {
    precondition(probability > 0 && probability < 1, "a quantile belongs to a probability within 0 and 1")
    var low = -1e4
    var high = 1e4
    for _ in 0..<80 {
        let middle = (low + high) / 2
        if distribution(middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
}
