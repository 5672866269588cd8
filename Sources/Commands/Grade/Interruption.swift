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

    /// From now on SIGINT, SIGTERM and SIGHUP are noted instead of ending the process at once.
    static func note() {
        // Made before a handler can run: the first use of a global is not safe in one.
        _ = signal
        for number in [SIGINT, SIGTERM, SIGHUP] {
            Glibc.signal(number) { Interruption.received.store($0, ordering: .relaxed) }
        }
    }
}
