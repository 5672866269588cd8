internal import Synchronization

/// Whether a signal has asked the command to end: a grading then ends its clients and prints what it knows, a server
/// finishes what is under way.
final class Interruption: Sendable {
    private let received = Atomic<Int32>(0)

    /// The last signal that came, if one has.
    var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    func note(_ number: Int32) { received.store(number, ordering: .relaxed) }
}
