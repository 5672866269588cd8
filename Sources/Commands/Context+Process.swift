internal import Glibc

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
        Sink(
            isTerminal: isatty(descriptor) == 1, writeBytes: { write($0, to: descriptor) },
            write: { write(Array($0.utf8), to: descriptor) })
    }

    /// Writes all of it, however long the reader takes; gives up where nobody reads any more.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(written)
        }
    }
}
