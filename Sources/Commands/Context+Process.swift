internal import Glibc
internal import Synchronization

extension Context {
    /// The context of this process.
    public static var process: Context {
        Context(
            environment: currentEnvironment(),
            output: sink(STDOUT_FILENO),
            diagnostics: sink(STDERR_FILENO),
            executable: "/proc/self/exe",
            signals: Signals { try ProcessSignals(onSignal: $0) })
    }

    private static func currentEnvironment() -> [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                result[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }

    private static func sink(_ descriptor: Int32) -> Sink {
        let failure = FirstFailure()
        return Sink(
            isTerminal: isatty(descriptor) == 1, failure: { failure.code },
            writeBytes: { failure.note(write($0, to: descriptor)) },
            write: { failure.note(write(Array($0.utf8), to: descriptor)) })
    }

    private final class FirstFailure: Sendable {
        private let noted = Mutex<Int32?>(nil)
        var code: Int32? { noted.withLock { $0 } }
        func note(_ code: Int32?) { noted.withLock { $0 = $0 ?? code } }
    }

    /// Writes all of it, however long the reader takes; gives up where nobody reads any more.
    ///
    /// - Returns: `errno` of what went wrong, if something did.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        // A pipe that nobody reads raises SIGPIPE. It is taken back here rather than ignored by the whole process, because
        // children would inherit that.
        var pipe = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        defer {
            var none = timespec()
            if sigismember(&before, SIGPIPE) == 0 { while sigtimedwait(&pipe, nil, &none) == SIGPIPE {} }
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = rest.dropFirst(written)
        }
        return nil
    }
}
