import FoundationEssentials
import Glibc

/// What the system says of a file.
enum FileMode {
    struct Missing: Error {}

    static func of(_ path: String) throws -> UInt32 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Missing() }
        return status.st_mode & 0o777
    }

    static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
