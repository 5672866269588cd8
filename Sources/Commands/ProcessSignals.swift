internal import Glibc
internal import Synchronization

/// The signals that ask this process to end, as something to listen to.
///
/// A handler that writes to a pipe, and a thread that reads from it: blocking the signals for `sigwait` would have
/// to happen before the runtime has threads, and every child process would inherit it. Signals are the process's,
/// so one value at a time may exist.
final class ProcessSignals: Sendable {
    private static let handled = [SIGTERM, SIGINT, SIGHUP]
    /// Lock-free atomics are all that a handler may touch.
    private static let writeEnd = Atomic<Int32>(-1)
    private static let readEnd = Atomic<Int32>(-1)
    private static let onSignal = Mutex<(@Sendable (Int32) -> Void)?>(nil)

    /// - Parameter onSignal: called with the number of each signal on a thread of its own.
    init(onSignal: @escaping @Sendable (Int32) -> Void) throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure(message: "cannot wait for signals: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        Self.readEnd.store(ends[0], ordering: .sequentiallyConsistent)
        Self.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        Self.onSignal.withLock { $0 = onSignal }
        for number in Self.handled { signal(number) { ProcessSignals.note($0) } }
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { _ in
                ProcessSignals.listen()
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
        var number: UInt8 = 0
        while true {
            let count = read(input, &number, 1)
            // Another signal's handler ran on this thread meanwhile.
            if count < 0, errno == EINTR { continue }
            guard count == 1, number != 0 else { break }
            onSignal.withLock(\.self)?(Int32(number))
        }
        close(input)
        close(output)
    }
}
