import CCurl
import Glibc
import HTTPSemantics

/// The client's line: nanoseconds of CLOCK_MONOTONIC since the client began.
struct MonotonicClock: Sendable {
    private let origin: Int64

    init() { origin = Self.monotonic }

    var now: Instant { Instant(nanoseconds: Self.monotonic - origin) }

    /// The instant as CLOCK_MONOTONIC has it.
    func timespec(of instant: Instant) -> Glibc.timespec {
        let (seconds, nanoseconds) = (instant + .nanoseconds(origin)).nanoseconds.quotientAndRemainder(
            dividingBy: 1_000_000_000)
        return Glibc.timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
    }

    static var wall: WallTime {
        let time = read(CLOCK_REALTIME)
        return WallTime(secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }

    private static var monotonic: Int64 {
        let time = read(CLOCK_MONOTONIC)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func read(_ clock: clockid_t) -> Glibc.timespec {
        var time = Glibc.timespec()
        clock_gettime(clock, &time)
        return time
    }
}

/// A timerfd: a wait that ends on the microsecond, where libcurl's own poll knows milliseconds only.
final class TimerDescriptor: Sendable {
    let descriptor: Int32

    init?() {
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK | TFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Becomes readable at the instant, or never for nil. Setting it also makes it unreadable if it had been.
    func set(_ due: Instant?, on clock: MonotonicClock) {
        var setting = itimerspec()
        if let due {
            setting.it_value = clock.timespec(of: due)
            // All zeros would disarm it.
            if setting.it_value.tv_sec == 0 && setting.it_value.tv_nsec == 0 { setting.it_value.tv_nsec = 1 }
        }
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }
}
