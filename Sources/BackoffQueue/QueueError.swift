/// A queue could not do what was asked.
public struct QueueError: Error, Hashable, CustomStringConvertible {
    public var reason: Reason
    public var description: String

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }

    public enum Reason: Hashable, Sendable {
        /// As many calls wait as the queue takes, or the body is larger than it takes.
        case full
        /// The request names no scheme or authority.
        case unsendable
        /// The file is no queue, or one of a newer version.
        case foreign
        /// Other processes kept the file locked for ten seconds.
        case busy
        /// The file cannot be opened, read or written.
        case unusable
    }
}

extension QueueError {
    init(_ failure: Database.Failure, path: String) {
        if failure.isForeign {
            self.init(.foreign, "\(path) is no queue of calls")
        } else if failure.isBusy {
            self.init(.busy, "\(path) is locked by another process")
        } else {
            self.init(.unusable, "\(path) cannot be used: \(failure.message)")
        }
    }
}
