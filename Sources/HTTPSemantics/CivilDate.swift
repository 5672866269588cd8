/// A day and a time of day of the proleptic Gregorian calendar, in UTC.
///
/// The arithmetic counts days in eras of 400 years that begin on 1 March, so that the leap day is the last day of
/// its year (Howard Hinnant, "chrono-compatible low-level date algorithms", 2013).
struct CivilDate: Hashable {
    var year: Int64
    /// 1 ... 12
    var month: Int
    /// 1 ... 31
    var day: Int
    var hour = 0
    var minute = 0
    /// 0 ... 60: a leap second is the first second of the next minute.
    var second = 0

    static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    /// Sunday first, as ``weekday`` counts.
    static let dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    init(year: Int64, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The civil date of a time; the fraction of a second is dropped.
    init(_ time: WallTime) {
        let days = time.secondsSinceEpoch.dividedRoundingDown(by: 86_400)
        let secondOfDay = Int(time.secondsSinceEpoch - days * 86_400)
        let shifted = days + 719_468
        let era = shifted.dividedRoundingDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// Days since 1970-01-01, negative before it.
    var daysSinceEpoch: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.dividedRoundingDown(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    var time: WallTime {
        WallTime(secondsSinceEpoch: daysSinceEpoch * 86_400 + Int64(hour * 3600 + minute * 60 + second))
    }

    /// 0 is Sunday.
    var weekday: Int {
        let days = daysSinceEpoch + 4  // 1970-01-01 was a Thursday.
        return Int(days - days.dividedRoundingDown(by: 7) * 7)
    }

    /// Whether the month has the day and the clock has the time.
    var exists: Bool {
        (1...12).contains(month) && day >= 1 && day <= Self.length(ofMonth: month, in: year) && (0...23).contains(hour)
            && (0...59).contains(minute) && (0...60).contains(second)
    }

    private static func length(ofMonth month: Int, in year: Int64) -> Int {
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}

extension Int64 {
    func dividedRoundingDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
