internal import Glibc

/// What tells one state of a file from another.
struct FileStamp: Hashable, Sendable {
    private var device: UInt64
    private var node: UInt64
    private var size: Int64
    /// Of content and of everything else, in seconds and nanoseconds.
    private var times: [Int]

    /// `nil` where there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        node = UInt64(status.st_ino)
        size = Int64(status.st_size)
        times = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
