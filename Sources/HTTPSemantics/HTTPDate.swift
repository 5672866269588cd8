/// HTTP dates in their three forms (RFC 9110 section 5.6.7).
///
/// The reading is strict: names are case-sensitive and fully spelled, numbers have the grammar's digits, the zone is
/// `GMT`, and the day must exist. Two things are lenient on purpose. The name of the day may disagree with the date,
/// because no recipient is asked to check it; and `:60`, a leap second, is the first second of the next minute.
public enum HTTPDate {
    /// A time as an HTTP date. The fraction of a second is dropped: round first where the direction matters.
    ///
    /// Years that four digits cannot hold become 0 or 9999.
    public static func format(_ time: WallTime, form: HTTPDateForm = .imfFixdate) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(40)
        append(time, form: form, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``format(_:form:)``, as bytes rather than pieces of text, because a date is in every response.
    package static func append(_ time: WallTime, form: HTTPDateForm = .imfFixdate, to text: inout [UInt8]) {
        let date = CivilDate(min(max(time, earliest), latest))
        let dayName = CivilDate.dayNames[date.weekday].utf8
        let month = CivilDate.monthNames[date.month - 1].utf8
        switch form {
        case .imfFixdate:
            text += dayName.prefix(3)
            text += ", ".utf8
            append(date.day, then: " ", to: &text)
            text += month
            text += " ".utf8
            text.append(digits: UInt64(date.year), atLeast: 4)
            text += " ".utf8
            append(clockOf: date, to: &text)
            text += " GMT".utf8
        case .rfc850:
            text += dayName
            text += ", ".utf8
            append(date.day, then: "-", to: &text)
            text += month
            text += "-".utf8
            append(Int(date.year % 100), then: " ", to: &text)
            append(clockOf: date, to: &text)
            text += " GMT".utf8
        case .asctime:
            text += dayName.prefix(3)
            text += " ".utf8
            text += month
            text += date.day < 10 ? "  ".utf8 : " ".utf8
            text.append(decimal: Int64(date.day))
            text += " ".utf8
            append(clockOf: date, to: &text)
            text += " ".utf8
            text.append(digits: UInt64(date.year), atLeast: 4)
        }
    }

    private static func append(clockOf date: CivilDate, to text: inout [UInt8]) {
        append(date.hour, then: ":", to: &text)
        append(date.minute, then: ":", to: &text)
        append(date.second, then: "", to: &text)
    }

    private static func append(_ twoDigits: Int, then separator: String, to text: inout [UInt8]) {
        text.append(digits: UInt64(twoDigits), atLeast: 2)
        text += separator.utf8
    }

    /// A date that was read.
    public struct Parsed: Hashable, Sendable {
        public var time: WallTime
        public var form: HTTPDateForm
    }

    /// Reads a date in any of the three forms; nil if it has none of them or names no existing day and time.
    ///
    /// - Parameter reference: the time of reading. The two-digit year of the RFC 850 form is the latest one that is
    ///   not more than 50 years after it.
    public static func parse(_ text: some StringProtocol, reference: WallTime) -> Parsed? {
        var reader = DateReader(text)
        guard let comma = reader.bytes.firstIndex(of: UInt8(ascii: ",")) else {
            return reader.asctime().map { Parsed(time: $0.time, form: .asctime) }
        }
        if comma == 3 { return reader.imfFixdate().map { Parsed(time: $0.time, form: .imfFixdate) } }
        return reader.rfc850(reference: reference).map { Parsed(time: $0.time, form: .rfc850) }
    }

    private static let earliest = CivilDate(year: 0, month: 1, day: 1).time
    private static let latest = CivilDate(year: 10_000, month: 1, day: 1).time + .seconds(-1)
}

/// Reads one date from left to right; every step is nil at the first byte the grammar does not have.
private struct DateReader {
    var bytes: [UInt8]
    var position = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    mutating func imfFixdate() -> CivilDate? {
        guard name(of: CivilDate.dayNames, letters: 3) != nil, literal(", "), let day = number(digits: 2),
            literal(" "), let month = name(of: CivilDate.monthNames, letters: 3), literal(" "),
            let year = number(digits: 4), literal(" ")
        else { return nil }
        return finish(CivilDate(year: Int64(year), month: month + 1, day: day), then: " GMT")
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    mutating func rfc850(reference: WallTime) -> CivilDate? {
        guard name(of: CivilDate.dayNames) != nil, literal(", "), let day = number(digits: 2), literal("-"),
            let month = name(of: CivilDate.monthNames, letters: 3), literal("-"), let year = number(digits: 2),
            literal(" ")
        else { return nil }
        // "MUST interpret a timestamp that appears to be more than 50 years in the future as representing the most
        // recent year in the past that had the same last two digits" (RFC 9110 section 5.6.7).
        var horizon = CivilDate(reference)
        horizon.year += 50
        let century = horizon.year.dividedRoundingDown(by: 100) * 100
        guard var date = finish(CivilDate(year: century + Int64(year), month: month + 1, day: day), then: " GMT")
        else { return nil }
        if date.time > horizon.time + .nanoseconds(Int64(reference.nanoseconds)) { date.year -= 100 }
        return date.exists ? date : nil
    }

    /// `Sun Nov  6 08:49:37 1994`
    mutating func asctime() -> CivilDate? {
        guard name(of: CivilDate.dayNames, letters: 3) != nil, literal(" "),
            let month = name(of: CivilDate.monthNames, letters: 3), literal(" "),
            let day = literal(" ") ? number(digits: 1) : number(digits: 2), literal(" "),
            let date = clock(CivilDate(year: 0, month: month + 1, day: day)), literal(" "),
            let year = number(digits: 4), position == bytes.count
        else { return nil }
        var complete = date
        complete.year = Int64(year)
        return complete.exists ? complete : nil
    }

    private mutating func finish(_ date: CivilDate, then ending: String) -> CivilDate? {
        guard let complete = clock(date), literal(ending), position == bytes.count, complete.exists else { return nil }
        return complete
    }

    private mutating func clock(_ date: CivilDate) -> CivilDate? {
        guard let hour = number(digits: 2), literal(":"), let minute = number(digits: 2), literal(":"),
            let second = number(digits: 2)
        else { return nil }
        var result = date
        (result.hour, result.minute, result.second) = (hour, minute, second)
        return result
    }

    private mutating func literal(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func number(digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var result = 0
        for byte in bytes[position..<position + digits] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            result = result * 10 + Int(byte - UInt8(ascii: "0"))
        }
        position += digits
        return result
    }

    /// The index of the name that stands here; of each name only the first letters if the form abbreviates.
    private mutating func name(of names: [String], letters: Int? = nil) -> Int? {
        for (index, name) in names.enumerated() where literal(String(name.prefix(letters ?? name.count))) {
            return index
        }
        return nil
    }
}
