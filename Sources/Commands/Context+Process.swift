internal import Glibc

extension Context {
    /// The context of this process.
    public static var process: Context {
        Context(
            environment: currentEnvironment(),
            output: Sink(isTerminal: isatty(STDOUT_FILENO) == 1) { write($0, to: STDOUT_FILENO) },
            diagnostics: Sink(isTerminal: isatty(STDERR_FILENO) == 1) { write($0, to: STDERR_FILENO) },
            executable: "/proc/self/exe")
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

    /// Writes all of the text, however long the reader takes; gives up where nobody reads any more.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
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
