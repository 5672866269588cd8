import HTTPSemantics
import Synchronization

/// The client's time, and its sleeps. Where the caller sleeps for us, time has passed as far as was to be slept,
/// even if the sleep took none.
final class TimeLine: Sendable {
    private let clock: MonotonicClock
    private let wait: @Sendable (Instant) async -> Bool
    private let sleep: (@Sendable (Duration) async throws -> Void)?
    /// Nanoseconds by which the caller's sleeps were shorter than what they stood for.
    private let skipped = Atomic<Int64>(0)

    /// - Parameters:
    ///   - sleep: the caller's; nil: ours.
    ///   - wait: ours, false if it was cut short.
    init(
        clock: MonotonicClock, sleep: (@Sendable (Duration) async throws -> Void)?,
        wait: @escaping @Sendable (_ until: Instant) async -> Bool
    ) {
        self.clock = clock
        self.sleep = sleep
        self.wait = wait
    }

    var now: Instant { clock.now + .nanoseconds(skipped.load(ordering: .relaxed)) }

    /// False if the task was cancelled, or the client shut down, before the time was over.
    func sleep(_ wait: Duration, from start: Instant) async -> Bool {
        guard let sleep else { return await self.wait(start + wait) }
        let begun = clock.now
        do { try await sleep(wait) } catch { return false }
        let missing = wait - (clock.now - begun)
        if missing > .zero { skipped.add(missing.nanoseconds, ordering: .relaxed) }
        return true
    }

    func sleep(until due: Instant) async -> Bool {
        let now = now
        return due <= now ? true : await sleep(due - now, from: now)
    }
}
