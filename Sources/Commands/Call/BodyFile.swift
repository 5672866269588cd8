internal import Glibc

/// A file that the user named for a body.
enum BodyFile {
    /// Why a file cannot be written, as the end of a sentence.
    struct WriteError: Error {
        var reason: String
    }

    /// Replaces what the file held.
    static func write(_ bytes: [UInt8], to path: String) throws(WriteError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw failure()
            }
            rest = rest.dropFirst(written)
        }
    }

    private static func failure() -> WriteError {
        WriteError(reason: "cannot be written: \(String(cString: strerror(errno)))")
    }
}
