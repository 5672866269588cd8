internal import Fixtures
internal import HTTPSemantics

private import func Glibc.cos
private import func Glibc.exp
private import func Glibc.log

extension Delay {
    /// The delay of one reply. A fixed one draws nothing.
    func draw(_ generator: inout SeededGenerator) -> Duration {
        let drawn: Double
        switch self {
        case .fixed(let delay): return delay
        case .uniform(let low, let high):
            return .nanoseconds(Int64.random(in: low.nanoseconds...high.nanoseconds, using: &generator))
        case .measured(let delays): return delays.randomElement(using: &generator) ?? .zero
        case .normal(let mean, let deviation):
            drawn = Double(mean.nanoseconds) + Double(deviation.nanoseconds) * generator.nextNormal()
        case .lognormal(let median, let sigma):
            drawn = Double(median.nanoseconds) * exp(sigma * generator.nextNormal())
        }
        return .nanoseconds(Int64(min(max(0, drawn), Double(Self.longest.nanoseconds))))
    }
}

extension SeededGenerator {
    /// A number of the standard normal distribution (Box and Muller 1958).
    fileprivate mutating func nextNormal() -> Double {
        // Above zero, so that its logarithm is finite.
        let radius = (Double(next() >> 11) + 1) / 0x1p53
        let angle = Double(next() >> 11) / 0x1p53
        return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
    }
}
