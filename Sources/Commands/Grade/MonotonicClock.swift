internal import Glibc
internal import HTTPSemantics

/// The clocks of this machine. Only the edge reads them.
enum MonotonicClock {
    /// CLOCK_MONOTONIC: the line on which lanes stamp what arrives.
    static func nanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }

    /// How far civil time is ahead of CLOCK_MONOTONIC: it changes when somebody sets the clock.
    static func civilOffset() -> Duration { .nanoseconds(read(CLOCK_REALTIME) - read(CLOCK_MONOTONIC)) }

    static func civilTime() -> WallTime {
        let (seconds, rest) = read(CLOCK_REALTIME).quotientAndRemainder(dividingBy: 1_000_000_000)
        return WallTime(secondsSinceEpoch: seconds, nanoseconds: Int32(rest))
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
