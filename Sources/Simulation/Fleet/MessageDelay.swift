internal import HTTPSemantics

private import func Glibc.log

/// A ``Network`` in microseconds.
struct MessageDelay {
    private let least: Int
    private let scatter: Int

    init(_ network: Network) {
        least = network.delay.microseconds
        scatter = network.scatter.microseconds
    }

    func draw(_ generator: inout SeededGenerator) -> Int {
        scatter > 0 ? least + Int.random(in: 0...scatter, using: &generator) : least
    }
}

extension SeededGenerator {
    /// From the exponential distribution with mean 1.
    mutating func exponential() -> Double { -log(1 - Double.random(in: 0..<1, using: &self)) }
}

extension Duration {
    /// Whole microseconds, rounded up.
    var microseconds: Int { Int(roundedUp(toMultipleOf: .microseconds(1))) }
}

extension Instant {
    init(microseconds: Int) { self.init(nanoseconds: Int64(microseconds) * 1000) }

    var roundedUpMicroseconds: Int { Int(nanoseconds / 1000) + (nanoseconds % 1000 > 0 ? 1 : 0) }
}
