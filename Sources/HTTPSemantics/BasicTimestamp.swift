/// Times in the basic form of ISO 8601, in UTC, as signed requests carry them: `20261124T081530Z` (`X-Amz-Date`).
public enum BasicTimestamp {
    /// - Returns: `nil` where the text has another form or names no existing day and time.
    public static func parse(_ text: some StringProtocol) -> WallTime? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        let digits = bytes[..<8] + bytes[9..<15]
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { 10 * $0 + Int($1) - 48 } }
        var date = CivilDate(year: Int64(number(0..<4)), month: number(4..<6), day: number(6..<8))
        (date.hour, date.minute, date.second) = (number(9..<11), number(11..<13), number(13..<15))
        return date.exists ? date.time : nil
    }
}
