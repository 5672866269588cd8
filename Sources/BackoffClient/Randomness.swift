import HTTPSemantics
import Synchronization

/// The client's source of chance: seeded from the system, or by the caller.
final class Randomness: Sendable {
    private let generator: Mutex<SeededGenerator>

    /// - Parameter seed: nil for one from the system, so that processes started together differ.
    init(seed: UInt64?) {
        var system = SystemRandomNumberGenerator()
        generator = Mutex(SeededGenerator(seed: seed ?? system.next()))
    }

    func withGenerator<R>(_ body: (inout SeededGenerator) -> R) -> R {
        // One draw under the lock; the caller's arithmetic happens outside it.
        var own = generator.withLock { $0.split() }
        return body(&own)
    }
}
