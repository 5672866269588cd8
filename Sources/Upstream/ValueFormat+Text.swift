internal import Fixtures
internal import HTTPSemantics

/// The instant of sending, on the lane's line and in civil time.
struct SendTime {
    var instant: Instant
    var wall: WallLine

    var time: WallTime { wall.time(at: instant) }
}

extension ValueFormat {
    /// An instant that is announced: as a wait from the moment of sending or as a point in civil time, rounded up to
    /// the unit in either case, so that nobody who believes it comes too early.
    func text(until instant: Instant, sentAt sent: SendTime) -> String {
        text(at: sent.wall.time(at: instant), .up) ?? text(of: max(.zero, instant - sent.instant))
    }

    /// A length of time, rounded up. The forms for points in time say its seconds.
    func text(of duration: Duration) -> String {
        let milliseconds = duration.roundedUp(toMultipleOf: .milliseconds(1))
        switch self {
        case .milliseconds: return "\(milliseconds)"
        case .decimalSeconds: return Self.seconds(milliseconds, decimals: 1...3)
        case .protobufDuration: return Self.seconds(milliseconds, decimals: 0...3) + "s"
        case .goDuration: return DurationText.goDuration(.milliseconds(milliseconds))
        default: return "\(duration.roundedUp(toMultipleOf: .seconds(1)))"
        }
    }

    /// The present, never ahead of itself: rounded down. Without a format, and in those for waits, as RFC 3339.
    func text(ofPresent sent: SendTime) -> String {
        text(at: sent.time, .down) ?? RFC3339.format(sent.time)
    }

    /// A count.
    func text(of count: Int64) -> String { self == .decimal ? "\(count).0" : "\(count)" }

    /// Whether an instant is said as a point in civil time rather than as a wait.
    var isPointInTime: Bool {
        switch self {
        case .epochSeconds, .epochDecimalSeconds, .epochMilliseconds, .rfc3339, .isoMinute, .imfFixdate, .rfc850,
            .asctime, .imfFixdateUTC:
            true
        case .plain, .decimal, .seconds, .milliseconds, .decimalSeconds, .goDuration, .protobufDuration: false
        }
    }

    private enum Rounding { case up, down }

    /// A point in time; `nil` if this is no format of one.
    private func text(at time: WallTime, _ rounding: Rounding) -> String? {
        let second = rounding == .up ? time.roundedUpToSecond : time.roundedDownToSecond
        let milliseconds = rounding == .up ? time.millisecondsRoundedUp : time.millisecondsRoundedDown
        switch self {
        case .epochSeconds: return "\(second.secondsSinceEpoch)"
        case .epochDecimalSeconds: return Self.seconds(milliseconds, decimals: 3...3)
        case .epochMilliseconds: return "\(milliseconds)"
        case .rfc3339: return RFC3339.format(second)
        case .isoMinute:
            let minute = rounding == .up ? second + .seconds(59) : second
            return RFC3339.format(minute).dropLast(4) + "Z"
        case .imfFixdate: return HTTPDate.format(second)
        case .rfc850: return HTTPDate.format(second, form: .rfc850)
        case .asctime: return HTTPDate.format(second, form: .asctime)
        case .imfFixdateUTC: return HTTPDate.format(second).dropLast(3) + "UTC"
        case .plain, .decimal, .seconds, .milliseconds, .decimalSeconds, .goDuration, .protobufDuration: return nil
        }
    }

    /// Milliseconds as seconds, with no more decimals than it takes: `2.0`, `64.57`.
    private static func seconds(_ milliseconds: Int64, decimals: ClosedRange<Int>) -> String {
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        var fraction = "\(1000 + rest)".dropFirst()
        while fraction.count > decimals.lowerBound, fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
    }
}

extension WallTime {
    fileprivate var millisecondsRoundedDown: Int64 { secondsSinceEpoch * 1000 + Int64(nanoseconds) / 1_000_000 }

    fileprivate var millisecondsRoundedUp: Int64 {
        secondsSinceEpoch * 1000 + (Int64(nanoseconds) + 999_999) / 1_000_000
    }
}
