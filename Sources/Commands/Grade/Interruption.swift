internal import Glibc
internal import Synchronization

/// Signals that ask this process to end. A grading that gets one ends its clients and prints what it knows.
enum Interruption {
    private static let received = Atomic<Int32>(0)

    /// The signal that came, if one has.
    static var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    private static let handled = [SIGINT, SIGTERM, SIGHUP]

    /// From now on these signals are noted instead of ending the process at once.
    static func begin() {
        received.store(0, ordering: .relaxed)
        for number in handled { Glibc.signal(number) { Interruption.received.store($0, ordering: .relaxed) } }
    }

    /// From now on they do again what they do in any process.
    static func end() {
        for number in handled { Glibc.signal(number, SIG_DFL) }
    }
}
