internal import Glibc
internal import Synchronization

/// SIGTERM and SIGINT as something to wait for: the first asks for an end, the second ends the process at once.
///
/// A handler that writes to a pipe, and a thread that reads from it: blocking the signals for `sigwait` would have
/// to happen before the runtime has threads, and every child process would inherit it. Signals are the process's,
/// so one value at a time may exist.
final class TerminationSignals: Sendable {
    private static let handled = [SIGTERM, SIGINT]
    /// Lock-free atomics are all that a handler may touch.
    private static let writeEnd = Atomic<Int32>(-1)
    private static let readEnd = Atomic<Int32>(-1)
    private static let onFirst = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter onFirst: called on a thread of its own.
    init(onFirst: @escaping @Sendable () -> Void) throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure(message: "cannot wait for signals: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        Self.readEnd.store(ends[0], ordering: .sequentiallyConsistent)
        Self.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        Self.onFirst.withLock { $0 = onFirst }
        for number in Self.handled { signal(number) { TerminationSignals.note($0) } }
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { _ in
                TerminationSignals.listen()
                return nil
            }, nil)
        guard code == 0 else { throw Failure(message: "cannot wait for signals: \(String(cString: strerror(code)))") }
        pthread_detach(thread)
    }

    /// The signals do again what they do in any process.
    deinit {
        for number in Self.handled { signal(number, SIG_DFL) }
        Self.note(0)
    }

    private static func note(_ number: Int32) {
        let code = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(writeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
        errno = code
    }

    private static func listen() {
        let (input, output) = (
            readEnd.load(ordering: .sequentiallyConsistent), writeEnd.load(ordering: .sequentiallyConsistent)
        )
        var wasAsked = false
        var number: UInt8 = 0
        while read(input, &number, 1) == 1, number != 0 {
            if wasAsked { _exit(128 + Int32(number)) }
            wasAsked = true
            onFirst.withLock(\.self)?()
        }
        close(input)
        close(output)
    }
}
