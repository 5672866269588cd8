internal import Glibc

/// Standard output for the table, standard error for what happens meanwhile.
enum Terminal {
    static func show(_ text: String) { put(text, to: STDOUT_FILENO) }

    static func note(_ text: String) { put("  \(text)\n", to: STDERR_FILENO) }

    private static func put(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
