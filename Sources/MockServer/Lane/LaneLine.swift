internal import HTTPSemantics
internal import Synchronization

/// What moves a lane's clock line.
public enum LaneClock: String, Hashable, Sendable, CaseIterable {
    /// CLOCK_MONOTONIC.
    case real
    /// Nothing but ``Lane/advance(by:)``.
    case manual
}

/// A lane's clock line: what moves it, and where it lies in civil time.
///
/// Everything that a lane stamps, limits, announces and waits for is on this line. A manual line stands still however
/// much time passes, so what happened while it stood still happened at the same instant.
final class LaneLine: Sendable {
    let clock: LaneClock
    /// The monotonic time at ``HTTPSemantics/Instant/zero`` of a real line.
    let zero: Int64
    let wall: WallLine
    /// Nanoseconds that a manual line has moved. Written on the loop thread, read on any.
    private let moved = Atomic<Int64>(0)
    /// Nanoseconds by which the civil clock was set. Written on the loop thread, read on any.
    private let stepped = Atomic<Int64>(0)

    /// A line that begins now.
    init(skew: Duration, clock: LaneClock = .real) {
        self.clock = clock
        zero = MonotonicClock.now()
        wall = WallLine(origin: MonotonicClock.wallTime() + skew)
    }

    func now() -> Instant { instant(ofMonotonic: MonotonicClock.now()) }

    /// Where a reading of the monotonic clock is on this line: on a manual one, where that stands.
    func instant(ofMonotonic nanoseconds: Int64) -> Instant {
        switch clock {
        case .real: Instant(nanoseconds: nanoseconds - zero)
        case .manual: Instant(nanoseconds: moved.load(ordering: .sequentiallyConsistent))
        }
    }

    /// The line as its civil clock shows it now, however that was set.
    var wallNow: WallLine {
        wall.stepped(by: .nanoseconds(stepped.load(ordering: .sequentiallyConsistent)))
    }

    /// Sets the civil clock to so much from what it would show if nobody had set it.
    func setWall(by duration: Duration) { stepped.store(duration.nanoseconds, ordering: .sequentiallyConsistent) }

    /// Moves a manual line forward; it never goes back.
    func move(to instant: Instant) { moved.store(max(now(), instant).nanoseconds, ordering: .sequentiallyConsistent) }

    /// When an instant of a real line is. Held at the end of 64 bits, which is "never".
    func monotonic(of instant: Instant) -> Int64 {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(zero)
        return overflow ? .max : sum
    }

    /// The next instant, now included, at which civil time is this far into a second.
    func next(phase: Duration, after now: Instant) -> Instant {
        let second: Int64 = 1_000_000_000
        let wanted = phase.nanoseconds % second
        let missing = (wanted - Int64(wallNow.time(at: now).nanoseconds) + second) % second
        return now + .nanoseconds(missing)
    }
}
