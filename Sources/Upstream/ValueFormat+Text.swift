internal import Fixtures
internal import HTTPSemantics

/// The instant of sending, on the lane's line and in civil time.
struct SendTime {
    var instant: Instant
    var wall: WallLine

    var time: WallTime { wall.time(at: instant) }
}

// Everything is written behind what there is already, because it stands in the middle of a field or a body.
extension ValueFormat {
    /// An instant that is announced: as a wait from the moment of sending or as a point in civil time, rounded up to
    /// the unit in either case, so that nobody who believes it comes too early.
    func append(until instant: Instant, sentAt sent: SendTime, to text: inout [UInt8]) {
        if isPointInTime {
            append(sent.wall.time(at: instant), .up, to: &text)
        } else {
            let wait = instant.nanoseconds.subtractingSaturating(sent.instant.nanoseconds)
            append(nanoseconds: max(0, wait), to: &text)
        }
    }

    /// A length of time, rounded up. The forms for points in time say its seconds.
    func append(nanoseconds length: Int64, to text: inout [UInt8]) {
        switch self {
        case .milliseconds: text.append(decimal: Self.roundedUp(length, 1_000_000))
        case .decimalSeconds: Self.append(seconds: Self.roundedUp(length, 1_000_000), decimals: 1...3, to: &text)
        case .protobufDuration:
            Self.append(seconds: Self.roundedUp(length, 1_000_000), decimals: 0...3, to: &text)
            text.append(UInt8(ascii: "s"))
        case .goDuration:
            let milliseconds = Self.roundedUp(length, 1_000_000)
            let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
            DurationText.append(goDuration: overflow ? .max : nanoseconds, to: &text)
        default: text.append(decimal: Self.roundedUp(length, 1_000_000_000))
        }
    }

    /// The present, never ahead of itself: rounded down. Without a format, and in those for waits, as RFC 3339.
    func append(present sent: SendTime, to text: inout [UInt8]) {
        if isPointInTime {
            append(sent.time, .down, to: &text)
        } else {
            text += RFC3339.format(sent.time).utf8
        }
    }

    /// A count.
    func append(count: Int64, to text: inout [UInt8]) {
        text.append(decimal: count)
        if self == .decimal { text += ".0".utf8 }
    }

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

    /// A point in time; nothing if this is no format of one.
    private func append(_ time: WallTime, _ rounding: Rounding, to text: inout [UInt8]) {
        let second = rounding == .up ? time.roundedUpToSecond : time.roundedDownToSecond
        let milliseconds = rounding == .up ? time.millisecondsRoundedUp : time.millisecondsRoundedDown
        switch self {
        case .epochSeconds: text.append(decimal: second.secondsSinceEpoch)
        case .epochDecimalSeconds: Self.append(seconds: milliseconds, decimals: 3...3, to: &text)
        case .epochMilliseconds: text.append(decimal: milliseconds)
        case .rfc3339: text += RFC3339.format(second).utf8
        case .isoMinute:
            let minute = rounding == .up ? second + .seconds(59) : second
            text += RFC3339.format(minute).utf8.dropLast(4)
            text.append(UInt8(ascii: "Z"))
        case .imfFixdate: HTTPDate.append(second, to: &text)
        case .rfc850: HTTPDate.append(second, form: .rfc850, to: &text)
        case .asctime: HTTPDate.append(second, form: .asctime, to: &text)
        case .imfFixdateUTC:
            HTTPDate.append(second, to: &text)
            text.removeLast(3)
            text += "UTC".utf8
        case .plain, .decimal, .seconds, .milliseconds, .decimalSeconds, .goDuration, .protobufDuration: break
        }
    }

    /// Milliseconds as seconds, with no more decimals than it takes: `2.0`, `64.57`.
    private static func append(seconds milliseconds: Int64, decimals: ClosedRange<Int>, to text: inout [UInt8]) {
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        text.append(decimal: whole)
        text.append(UInt8(ascii: "."))
        text.append(digits: rest.magnitude, atLeast: 3)
        var count = 3
        while count > decimals.lowerBound, text.last == UInt8(ascii: "0") {
            text.removeLast()
            count -= 1
        }
        if count == 0 { text.removeLast() }
    }

    private static func roundedUp(_ length: Int64, _ unit: Int64) -> Int64 {
        let (quotient, remainder) = length.quotientAndRemainder(dividingBy: unit)
        return remainder > 0 ? quotient + 1 : quotient
    }
}

extension WallTime {
    fileprivate var millisecondsRoundedDown: Int64 { secondsSinceEpoch * 1000 + Int64(nanoseconds) / 1_000_000 }

    fileprivate var millisecondsRoundedUp: Int64 {
        secondsSinceEpoch * 1000 + (Int64(nanoseconds) + 999_999) / 1_000_000
    }
}
