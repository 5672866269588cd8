internal import Synchronization

/// Whether a signal has asked the command to end: a grading then ends its clients and prints what it knows, a server
/// finishes what is under way.
final class Interruption: Sendable {
    private let received = Atomic<Int32>(0)
    private let first = Mutex<ContinuousClock.Instant?>(nil)

    /// `timeout` and a terminal signal a process and its group, so that one request to end comes twice: what follows the
    /// first one so closely is the same request.
    static let sameRequest = Duration.milliseconds(250)

    /// The last signal that came, if one has.
    var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// - Returns: whether the command was asked to end before, and this is not the same request come twice.
    @discardableResult
    func note(_ number: Int32, at now: ContinuousClock.Instant = .now) -> Bool {
        received.store(number, ordering: .relaxed)
        return first.withLock { first in
            if let first { return now - first > Self.sameRequest }
            first = now
            return false
        }
    }
}
