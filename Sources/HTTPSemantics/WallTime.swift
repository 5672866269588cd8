/// A point in civil time, as seconds and nanoseconds since 1970-01-01T00:00:00Z.
///
/// Leap seconds do not exist on this line, as in POSIX and in HTTP dates.
public struct WallTime: Hashable, Comparable, Sendable {
    public var secondsSinceEpoch: Int64
    /// 0 ... 999,999,999, also before 1970.
    public var nanoseconds: Int32

    public init(secondsSinceEpoch: Int64, nanoseconds: Int32 = 0) {
        precondition((0..<1_000_000_000).contains(nanoseconds), "nanoseconds within a second")
        self.secondsSinceEpoch = secondsSinceEpoch
        self.nanoseconds = nanoseconds
    }

    public static func < (left: WallTime, right: WallTime) -> Bool {
        (left.secondsSinceEpoch, left.nanoseconds) < (right.secondsSinceEpoch, right.nanoseconds)
    }

    public static func + (time: WallTime, duration: Duration) -> WallTime {
        let (seconds, attoseconds) = duration.components
        var whole = time.secondsSinceEpoch.addingReportingOverflow(seconds)
        if whole.overflow { whole.partialValue = seconds < 0 ? .min / 2 : .max / 2 }
        var fraction = Int64(time.nanoseconds) + attoseconds / 1_000_000_000
        if fraction < 0 { (whole.partialValue, fraction) = (whole.partialValue - 1, fraction + 1_000_000_000) }
        if fraction >= 1_000_000_000 {
            (whole.partialValue, fraction) = (whole.partialValue + 1, fraction - 1_000_000_000)
        }
        return WallTime(secondsSinceEpoch: whole.partialValue, nanoseconds: Int32(fraction))
    }

    public static func - (left: WallTime, right: WallTime) -> Duration {
        .seconds(left.secondsSinceEpoch.subtractingSaturating(right.secondsSinceEpoch))
            + .nanoseconds(Int64(left.nanoseconds - right.nanoseconds))
    }

    /// The whole second at or before this time: what an HTTP `Date` field says.
    public var roundedDownToSecond: WallTime { WallTime(secondsSinceEpoch: secondsSinceEpoch) }

    /// The whole second at or after this time: what an announced date says, so that it is never too early.
    public var roundedUpToSecond: WallTime {
        WallTime(secondsSinceEpoch: nanoseconds > 0 ? secondsSinceEpoch + 1 : secondsSinceEpoch)
    }
}

/// A civil clock was set: from an instant on it shows something else, and the monotonic line knows nothing of it.
public struct WallStep: Hashable, Sendable {
    public var at: Instant
    /// How far it jumped ahead; negative: back.
    public var by: Duration

    public init(at: Instant, by: Duration) {
        self.at = at
        self.by = by
    }
}

/// Where a lane's monotonic line lies in civil time. It is fixed once, when the lane begins, and only used to
/// print and to judge dates.
public struct WallLine: Hashable, Sendable {
    /// The civil time at ``Instant/zero``, any skew of the fixture's clock included.
    public var origin: WallTime

    public init(origin: WallTime) { self.origin = origin }

    /// In 64 bits: a duration has 128, whose division took more than all else of it.
    public func time(at instant: Instant) -> WallTime {
        let second: Int64 = 1_000_000_000
        let seconds = instant.nanoseconds.dividedRoundingDown(by: second)
        let nanoseconds = Int64(origin.nanoseconds) + (instant.nanoseconds - seconds * second)
        let carry: Int64 = nanoseconds >= second ? 1 : 0
        let (sum, overflow) = origin.secondsSinceEpoch.addingReportingOverflow(seconds + carry)
        return WallTime(
            secondsSinceEpoch: overflow ? (seconds < 0 ? .min / 2 : .max / 2) : sum,
            nanoseconds: Int32(nanoseconds - carry * second))
    }

    public func instant(at time: WallTime) -> Instant { .zero + (time - origin) }

    /// The same line, seen by a clock that was set by so much.
    public func stepped(by duration: Duration) -> WallLine { WallLine(origin: origin + duration) }

    /// The line as a clock shows it at an instant that was set before.
    public func stepped(by steps: [WallStep], until instant: Instant) -> WallLine {
        stepped(by: steps.filter { $0.at <= instant }.reduce(.zero) { $0 + $1.by })
    }
}
