internal import CMicroHTTPD
internal import Glibc
internal import HTTPSemantics

/// CLOCK_MONOTONIC in nanoseconds: the one line that all lanes of a server count from.
enum MonotonicClock {
    static func now() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Civil time. It is read once for each lane, when its line begins.
    static func wallTime() -> WallTime {
        let nanoseconds = read(CLOCK_REALTIME)
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return WallTime(secondsSinceEpoch: seconds, nanoseconds: Int32(rest))
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
