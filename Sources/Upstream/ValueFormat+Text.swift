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
        let wait = max(.zero, instant - sent.instant)
        switch self {
        case .plain, .seconds, .milliseconds, .decimalSeconds, .goDuration: return text(of: wait)
        case .epochSeconds: return "\(sent.wall.time(at: instant).roundedUpToSecond.secondsSinceEpoch)"
        case .epochMilliseconds: return "\(sent.wall.time(at: instant).millisecondsRoundedUp)"
        case .rfc3339: return RFC3339.format(sent.wall.time(at: instant).roundedUpToSecond)
        case .imfFixdate: return HTTPDate.format(sent.wall.time(at: instant).roundedUpToSecond)
        }
    }

    /// A length of time, rounded up. The forms for points in time say its seconds.
    func text(of duration: Duration) -> String {
        let milliseconds = duration.roundedUp(toMultipleOf: .milliseconds(1))
        switch self {
        case .milliseconds: return "\(milliseconds)"
        case .decimalSeconds: return Self.decimalSeconds(milliseconds)
        case .goDuration: return DurationText.goDuration(.milliseconds(milliseconds))
        case .plain, .seconds, .epochSeconds, .epochMilliseconds, .rfc3339, .imfFixdate:
            return "\(duration.roundedUp(toMultipleOf: .seconds(1)))"
        }
    }

    /// The present, never ahead of itself: rounded down. Without a format, and in those for waits, as RFC 3339.
    func text(ofPresent sent: SendTime) -> String {
        let time = sent.time
        switch self {
        case .epochSeconds: return "\(time.secondsSinceEpoch)"
        case .epochMilliseconds: return "\(time.millisecondsRoundedDown)"
        case .imfFixdate: return HTTPDate.format(time)
        case .plain, .rfc3339, .seconds, .milliseconds, .decimalSeconds, .goDuration: return RFC3339.format(time)
        }
    }

    /// At least one decimal and no more than three: `2.0`, `64.57`.
    private static func decimalSeconds(_ milliseconds: Int64) -> String {
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        var fraction = "\(1000 + rest)".dropFirst()
        while fraction.count > 1, fraction.last == "0" { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}

extension WallTime {
    fileprivate var millisecondsRoundedDown: Int64 { secondsSinceEpoch * 1000 + Int64(nanoseconds) / 1_000_000 }

    fileprivate var millisecondsRoundedUp: Int64 {
        secondsSinceEpoch * 1000 + (Int64(nanoseconds) + 999_999) / 1_000_000
    }
}
