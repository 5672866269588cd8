internal import Synchronization

/// The longest time that a client has needed from its start to its first request.
final class LongestStartup: Sendable {
    private let time = Mutex(Duration.zero)

    func note(_ startup: Duration) { time.withLock { $0 = max($0, startup) } }

    var duration: Duration { time.withLock { $0 } }
}
