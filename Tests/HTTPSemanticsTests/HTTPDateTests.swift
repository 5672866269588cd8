import HTTPSemantics
import Testing

@Suite struct HTTPDateTests {
    /// 2026-11-24T06:00:00Z
    let now = WallTime(secondsSinceEpoch: 1_795_500_000)

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", HTTPDateForm.imfFixdate, Int64(784_111_777)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", .rfc850, 784_111_777),
        ("Sun Nov  6 08:49:37 1994", .asctime, 784_111_777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", .imfFixdate, 0),
        ("Wed, 31 Dec 1969 23:59:59 GMT", .imfFixdate, -1),
        ("Sat, 01 Jan 0000 00:00:00 GMT", .imfFixdate, -62_167_219_200),
        ("Fri, 31 Dec 9999 23:59:59 GMT", .imfFixdate, 253_402_300_799),
        ("Thu, 29 Feb 2024 12:00:00 GMT", .imfFixdate, 1_709_208_000),
        ("Tue, 29 Feb 2000 00:00:00 GMT", .imfFixdate, 951_782_400),
        ("Tue Feb 29 00:00:00 2000", .asctime, 951_782_400),
        ("Tuesday, 24-Nov-26 06:40:00 GMT", .rfc850, 1_795_502_400),
    ])
    func `reads and writes each form`(text: String, form: HTTPDateForm, seconds: Int64) throws {
        let parsed = try #require(HTTPDate.parse(text, reference: now))
        #expect(parsed.time == WallTime(secondsSinceEpoch: seconds))
        #expect(parsed.form == form)
        #expect(HTTPDate.format(parsed.time, form: form) == text)
    }

    @Test(arguments: [
        "Fri, 31 Feb 2026 00:00:00 GMT", "Thu, 29 Feb 2100 00:00:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 6 Nov 1994 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun,06 Nov 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 31-Feb-94 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
        "Sun Nov 31 08:49:37 1994", "Sun Nov  6 08:49:37 94", "1994-11-06T08:49:37Z", "784111777", "", ",",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    ])
    func `refuses what the grammar does not have`(text: String) {
        #expect(HTTPDate.parse(text, reference: now) == nil)
    }

    @Test func `takes a leap second as the next minute`() throws {
        let parsed = try #require(HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", reference: now))
        #expect(HTTPDate.format(parsed.time) == "Sun, 01 Jan 2017 00:00:00 GMT")
    }

    @Test func `accepts a name of the day that disagrees with the date`() {
        #expect(HTTPDate.parse("Mon, 06 Nov 1994 08:49:37 GMT", reference: now) != nil)
    }

    @Test(arguments: [
        // Exactly 50 years ahead is the future, a second more is the past.
        ("Tuesday, 24-Nov-76 06:00:00 GMT", "Tue, 24 Nov 2076 06:00:00 GMT"),
        ("Wednesday, 24-Nov-76 06:00:01 GMT", "Wed, 24 Nov 1976 06:00:01 GMT"),
        ("Friday, 31-Dec-99 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:59 GMT"),
        ("Saturday, 01-Jan-00 00:00:00 GMT", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ("Tuesday, 01-Jan-30 00:00:00 GMT", "Tue, 01 Jan 2030 00:00:00 GMT"),
    ])
    func `reads a two-digit year as not more than 50 years ahead`(text: String, meaning: String) throws {
        let parsed = try #require(HTTPDate.parse(text, reference: now))
        #expect(HTTPDate.format(parsed.time) == meaning)
    }

    @Test func `reads a two-digit year across the end of a century`() throws {
        let in1999 = try #require(HTTPDate.parse("Sat, 01 May 1999 00:00:00 GMT", reference: now)).time
        let parsed = try #require(HTTPDate.parse("Saturday, 01-May-10 00:00:00 GMT", reference: in1999))
        #expect(HTTPDate.format(parsed.time) == "Sat, 01 May 2010 00:00:00 GMT")
    }

    @Test func `reads back every form of many times`() {
        var generator = SeededGenerator(seed: 850)
        for _ in 0..<3000 {
            let seconds = Int64.random(in: -62_167_219_200...253_402_300_799, using: &generator)
            let time = WallTime(secondsSinceEpoch: seconds)
            for form in [HTTPDateForm.imfFixdate, .asctime] {
                #expect(HTTPDate.parse(HTTPDate.format(time, form: form), reference: now)?.time == time)
            }
            let near = WallTime(secondsSinceEpoch: Int64.random(in: 300_000_000...3_300_000_000, using: &generator))
            #expect(HTTPDate.parse(HTTPDate.format(near, form: .rfc850), reference: now)?.time == near)
        }
    }

    @Test func `holds years that four digits cannot write`() {
        #expect(HTTPDate.format(WallTime(secondsSinceEpoch: .max)) == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(HTTPDate.format(WallTime(secondsSinceEpoch: .min)) == "Sat, 01 Jan 0000 00:00:00 GMT")
    }
}
