extension DurationText {
    /// The shortest text that ``parse(_:negative:)`` reads back: `250ms`, `1m30s`, `24h`, `1.5s`, `0s`.
    ///
    /// The duration is cut to nanoseconds first.
    public static func print(_ duration: Duration) -> String {
        text { append(duration.nanoseconds, separateSeconds: false, to: &$0) }
    }

    /// The duration as Go prints it: `6m0s`, `1h0m0s`, `12ms`, `1.5s`, `1.5µs`, `0s`
    /// (Go's `time.Duration.String`). OpenAI's and Groq's reset fields have this form.
    public static func goDuration(_ duration: Duration) -> String {
        text { append(duration.nanoseconds, separateSeconds: true, to: &$0) }
    }

    /// Appends a number of nanoseconds as ``goDuration(_:)`` writes it.
    package static func append(goDuration nanoseconds: Int64, to text: inout [UInt8]) {
        append(nanoseconds, separateSeconds: true, to: &text)
    }

    /// The duration for people, with a unit that suits its size: `588 ms`, `2.1 s`, `1 min 30 s`, `2 h 5 min`.
    public static func human(_ duration: Duration) -> String {
        let sign = duration < .zero ? "-" : ""
        let length = duration.nanoseconds.magnitude
        if length < 999_500_000 {
            if length > 0 && length < 9_950_000 { return "\(sign)\(tenths(length, unit: 1_000_000)) ms" }
            return "\(sign)\((length + 500_000) / 1_000_000) ms"
        }
        if length < 59_950_000_000 { return "\(sign)\(tenths(length, unit: 1_000_000_000)) s" }
        let seconds = (length + 500_000_000) / 1_000_000_000
        let (large, small, unit) =
            seconds < 3600
            ? (seconds / 60, seconds % 60, ("min", "s")) : (seconds / 3600, seconds % 3600 / 60, ("h", "min"))
        return small == 0 ? "\(sign)\(large) \(unit.0)" : "\(sign)\(large) \(unit.0) \(small) \(unit.1)"
    }

    /// The duration in seconds with a fixed number of decimals, rounded half up: `1.412 s`.
    public static func seconds(_ duration: Duration, decimals: Int) -> String {
        precondition((0...9).contains(decimals), "a duration has nine decimals")
        let step = (decimals..<9).reduce(UInt64(1)) { power, _ in power * 10 }
        let steps = (duration.nanoseconds.magnitude + step / 2) / step
        let perSecond = 1_000_000_000 / step
        let sign = duration < .zero && steps > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(steps) s" }
        let fraction = "\(steps % perSecond)"
        return "\(sign)\(steps / perSecond).\(String(repeating: "0", count: decimals - fraction.count))\(fraction) s"
    }

    private static func tenths(_ length: UInt64, unit: UInt64) -> String {
        let tenths = (length + unit / 20) / (unit / 10)
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var text: [UInt8] = []
        write(&text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ nanoseconds: Int64, separateSeconds isGo: Bool, to text: inout [UInt8]) {
        let length = nanoseconds.magnitude
        if nanoseconds < 0 { text.append(UInt8(ascii: "-")) }
        switch length {
        case 0: text += "0s".utf8
        case ..<1000: append(length, unit: 1, "ns", to: &text)
        case ..<1_000_000: append(length, unit: 1000, isGo ? "µs" : "us", to: &text)
        case ..<1_000_000_000: append(length, unit: 1_000_000, "ms", to: &text)
        default:
            let (minutes, rest) = length.quotientAndRemainder(dividingBy: 60_000_000_000)
            if minutes >= 60 { append(minutes / 60, unit: 1, "h", to: &text) }
            if minutes % 60 > 0 || (isGo && minutes > 0) { append(minutes % 60, unit: 1, "m", to: &text) }
            if rest > 0 || isGo { append(rest, unit: 1_000_000_000, "s", to: &text) }
        }
    }

    /// A number of units with as many decimals as it needs.
    private static func append(_ length: UInt64, unit: UInt64, _ name: String, to text: inout [UInt8]) {
        var (whole, rest) = length.quotientAndRemainder(dividingBy: unit)
        text.append(digits: whole, atLeast: 1)
        if rest > 0 { text.append(UInt8(ascii: ".")) }
        while rest > 0 {
            (whole, rest) = (rest * 10).quotientAndRemainder(dividingBy: unit)
            text.append(UInt8(ascii: "0") + UInt8(whole))
        }
        text += name.utf8
    }
}
