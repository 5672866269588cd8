internal import HTTPSemantics

/// A lane's clock line: where it begins on CLOCK_MONOTONIC, and where it lies in civil time.
struct LaneLine: Sendable {
    /// The monotonic time at ``HTTPSemantics/Instant/zero``.
    let zero: Int64
    let wall: WallLine

    /// A line that begins now.
    init(skew: Duration) {
        zero = MonotonicClock.now()
        wall = WallLine(origin: MonotonicClock.wallTime() + skew)
    }

    func now() -> Instant { instant(ofMonotonic: MonotonicClock.now()) }

    func instant(ofMonotonic nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds - zero) }

    /// Held at the end of 64 bits, which is "never".
    func monotonic(of instant: Instant) -> Int64 {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(zero)
        return overflow ? .max : sum
    }

    /// The next instant, now included, at which civil time is this far into a second.
    func next(phase: Duration, after now: Instant) -> Instant {
        let second: Int64 = 1_000_000_000
        let wanted = phase.nanoseconds % second
        let missing = (wanted - Int64(wall.time(at: now).nanoseconds) + second) % second
        return now + .nanoseconds(missing)
    }
}
