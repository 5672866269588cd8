import HTTPSemantics
import Synchronization

/// The client's time, and its sleeps. Where the caller sleeps for us, time has passed as far as was to be slept,
/// even if the sleep took none.
final class TimeLine: Sendable {
    private let loop: TransferLoop
    private let sleep: (@Sendable (Duration) async throws -> Void)?
    /// Nanoseconds by which the caller's sleeps were shorter than what they stood for.
    private let skipped = Atomic<Int64>(0)

    init(loop: TransferLoop, sleep: (@Sendable (Duration) async throws -> Void)?) {
        self.loop = loop
        self.sleep = sleep
    }

    var now: Instant { loop.clock.now + .nanoseconds(skipped.load(ordering: .relaxed)) }

    /// False if the task was cancelled, or the client shut down, before the time was over.
    func sleep(_ wait: Duration, from start: Instant) async -> Bool {
        guard let sleep else { return await loop.sleep(until: start + wait) }
        let begun = loop.clock.now
        do { try await sleep(wait) } catch { return false }
        let missing = wait - (loop.clock.now - begun)
        if missing > .zero { skipped.add(missing.nanoseconds, ordering: .relaxed) }
        return true
    }

    func sleep(until due: Instant) async -> Bool {
        let now = now
        return due <= now ? true : await sleep(due - now, from: now)
    }
}
