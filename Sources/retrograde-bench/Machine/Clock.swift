internal import Glibc

/// The clocks of the machine, in nanoseconds.
enum Clock {
    /// CLOCK_MONOTONIC.
    static func now() -> Int64 { reading(of: CLOCK_MONOTONIC) }

    /// CLOCK_REALTIME.
    static func civil() -> Int64 { reading(of: CLOCK_REALTIME) }

    private static func reading(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
