import Glibc

/// A file that its process holds locked for as long as it lives. The system lets go of it however the process ends, so
/// others can tell at once whether an owner of leases is still there.
final class OwnerLock: Sendable {
    let path: String
    private let descriptor: Int32

    /// nil if the file cannot be made or somebody holds it; `errno` says why.
    init?(_ path: String) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            errno = reason
            return nil
        }
        self.path = path
        self.descriptor = descriptor
    }

    /// Before it lets go, so that nobody finds a file without its lock.
    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Whether nobody holds the file any more. A file that is left over is removed.
    static func isReleased(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        unlink(path)
        return true
    }
}
