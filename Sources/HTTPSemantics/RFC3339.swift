/// Times as RFC 3339 writes them, in UTC: `2026-11-24T08:15:30Z`, `2026-11-24T08:15:30.250Z`.
public enum RFC3339 {
    /// A time with a number of decimals of a second, 0 ... 9; what is beyond them is dropped.
    public static func format(_ time: WallTime, decimals: Int = 0) -> String {
        precondition((0...9).contains(decimals), "a time has nine decimals")
        let date = CivilDate(time)
        let day = "\(padded(date.year, 4))-\(padded(Int64(date.month), 2))-\(padded(Int64(date.day), 2))"
        let clock = [date.hour, date.minute, date.second].map { padded(Int64($0), 2) }.joined(separator: ":")
        let fraction = decimals == 0 ? "" : "." + padded(Int64(time.nanoseconds), 9).prefix(decimals)
        return "\(day)T\(clock)\(fraction)Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
