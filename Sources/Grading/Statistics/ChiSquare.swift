/// The quantile of the chi-square distribution.
///
/// - Parameters:
///   - probability: within 0 ... 1, without the ends.
///   - degrees: degrees of freedom, at least 1.
public func chiSquareQuantile(_ probability: Double, degrees: Int) -> Double {
    precondition(degrees >= 1, "a chi-square distribution has at least one degree of freedom")
    return bisect(probability) { gammaDistribution($0 / 2, shape: Double(degrees) / 2) }
}

/// The regularised lower incomplete gamma function P(a, x): the cumulative distribution of a gamma variable of scale 1.
///
/// By its series (NIST DLMF 8.11.4), all of whose terms are positive; where x is so large that the series would need
/// very many, nothing is left above it.
///
/// - Parameters:
///   - x: any value; below 0 the result is 0.
///   - shape: a, positive.
public func gammaDistribution(_ x: Double, shape: Double) -> Double {
    precondition(shape > 0, "the shape of a gamma distribution is positive")
    if x <= 0 { return 0 }
    // Beyond forty standard deviations above the mean the tail is below 1e-15.
    if x > shape + 40 * (shape.squareRoot() + 1) { return 1 }
    var term = 1 / shape
    var sum = term
    var divisor = shape
    while term > sum * 1e-16 {
        divisor += 1
        term *= x / divisor
        sum += term
    }
    return min(1, sum * exponential(shape * naturalLogarithm(x) - x - logarithmOfGamma(shape)))
}
