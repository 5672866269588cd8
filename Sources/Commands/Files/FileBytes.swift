internal import Glibc

/// Why a file cannot be read, as the end of a sentence: `does not exist`.
struct FileReadError: Error {
    var reason: String

    init(reason: String) { self.reason = reason }

    /// The reason behind a value of `errno`.
    init(code: Int32) {
        switch code {
        case ENOENT: reason = "does not exist"
        case ENOTDIR: reason = "is below something that is not a folder"
        case EISDIR: reason = "is a folder, not a file"
        case EACCES, EPERM: reason = "must not be read by this user"
        case ELOOP: reason = "is a symbolic link, which is not followed here"
        default: reason = "cannot be read: \(String(cString: strerror(code)))"
        }
    }
}

/// An open file that is closed when its owner goes.
struct OpenFile: ~Copyable {
    let descriptor: Int32

    /// Takes over a descriptor as `open` gave it.
    init(_ descriptor: Int32) throws(FileReadError) {
        guard descriptor >= 0 else { throw FileReadError(code: errno) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// All of its bytes.
    ///
    /// - Parameter limit: more than so many bytes are an error.
    consuming func bytes(limit: Int) throws(FileReadError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw FileReadError(code: code)
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw FileReadError(reason: "is larger than \(limit >> 20) MiB")
    }
}

/// The bytes of a file that the user named: links are followed, pipes are read to their end.
func bytes(ofFile path: String, limit: Int) throws(FileReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT {
        var status = stat()
        let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        throw isLink ? FileReadError(reason: "is a symbolic link that leads nowhere") : FileReadError(code: ENOENT)
    }
    return try OpenFile(descriptor).bytes(limit: limit)
}
