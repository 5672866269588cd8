import HTTPSemantics

/// One sleep on the loop's line.
///
/// `@unchecked Sendable`: as ``Transfer``, it belongs to the loop thread once it was handed over.
final class Alarm: Timed, @unchecked Sendable {
    let due: Instant
    var isCancelled = false
    private var continuation: CheckedContinuation<Bool, Never>?

    init(due: Instant) { self.due = due }

    func await(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = continuation }

    /// Wakes the sleeper: true if the time came, false if the sleep was cut short.
    func finish(_ isDue: Bool) {
        continuation?.resume(returning: isDue)
        continuation = nil
    }
}
