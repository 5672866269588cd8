/// A point on a lane's monotonic line, in nanoseconds since the line began.
///
/// Limits, journal and verdicts of one lane use the same line, so a manual clock moves all of them together.
/// The core never asks for the time: an instant is always an argument.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the line began. 64 bits reach 292 years.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The beginning of the line.
    public static let zero = Instant(nanoseconds: 0)

    /// The last instant that can be represented: "never" in comparisons.
    public static let distantFuture = Instant(nanoseconds: .max)

    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The later instant; stays at ``distantFuture`` instead of overflowing.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        guard overflow else { return Instant(nanoseconds: sum) }
        return duration < .zero ? Instant(nanoseconds: .min) : .distantFuture
    }

    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds.subtractingSaturating(duration.nanoseconds))
    }

    /// The time that passed from `right` to `left`; negative if `left` is the earlier one.
    public static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds.subtractingSaturating(right.nanoseconds))
    }

    public static func += (instant: inout Instant, duration: Duration) { instant = instant + duration }
}

extension Duration {
    /// The duration in whole nanoseconds, cut towards zero and held at the ends of 64 bits.
    public var nanoseconds: Int64 {
        // One division: the components take two.
        Int64(clamping: attoseconds / 1_000_000_000)
    }

    /// The duration in seconds as a floating-point number, for statistics and for print.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// The smallest number of whole `unit`s that is not shorter than the duration. Announced waits are rounded
    /// this way, up and never down, so that a caller who returns when told is not early.
    public func roundedUp(toMultipleOf unit: Duration) -> Int64 {
        let length = unit.nanoseconds
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: length)
        return remainder > 0 ? quotient + 1 : quotient
    }
}

extension Int64 {
    package func subtractingSaturating(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        guard overflow else { return difference }
        return other < 0 ? .max : .min
    }
}
