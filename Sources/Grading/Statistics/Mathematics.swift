// What the C library gives: four functions, named one by one so that nothing else of it can be used.
private import func Glibc.erfc
private import func Glibc.exp
private import func Glibc.lgamma
private import func Glibc.log

func naturalLogarithm(_ x: Double) -> Double { log(x) }

func exponential(_ x: Double) -> Double { exp(x) }

/// ln Γ(x) for x > 0.
func logarithmOfGamma(_ x: Double) -> Double { lgamma(x) }

/// 1 - Φ(x), by the complementary error function.
func upperNormalTail(_ x: Double) -> Double { 0.5 * erfc(x / 2.0.squareRoot()) }
