import HTTPSemantics
import Testing

@Suite struct RetryAfterTests {
    let now = WallTime(secondsSinceEpoch: 1_795_500_000, nanoseconds: 700_000_000)

    @Test(arguments: [
        ("0", Int64(0)), ("2", 2), ("120", 120), ("007", 7), (" 5 ", 5), ("\t5", 5), ("86400", 86_400),
        ("9223372036854775807", .max), ("9223372036854775808", .max), ("99999999999999999999", .max),
    ])
    func `reads whole seconds and holds the largest`(value: String, seconds: Int64) {
        #expect(RetryAfter(value, reference: now) == .delay(seconds: seconds))
    }

    @Test(arguments: [
        "soon", "", " ", "-5", "+5", "1.5", "12abc", "0x10", "5, 7", "5; x=1", "1e3", "Fri, 31 Feb 2027 00:00:00 GMT",
        "2026-11-24T06:00:00Z", "٣",
    ])
    func `calls everything else malformed`(value: String) {
        guard case .malformed = RetryAfter(value, reference: now) else {
            Issue.record("\(value) was read as \(RetryAfter(value, reference: now))")
            return
        }
    }

    @Test(arguments: HTTPDateForm.allCases)
    func `reads a date in every form`(form: HTTPDateForm) {
        let time = WallTime(secondsSinceEpoch: 1_795_500_010)
        #expect(RetryAfter(HTTPDate.format(time, form: form), reference: now) == .date(time, form))
    }

    @Test func `is absent without a field`() {
        #expect(RetryAfter(in: FieldBlock([("Retry-Later", "3")]), reference: now) == nil)
    }

    @Test func `accepts several fields only if they agree`() {
        let same = FieldBlock([("Retry-After", "3"), ("retry-after", "3")])
        #expect(RetryAfter(in: same, reference: now) == .delay(seconds: 3))
        let different = FieldBlock([("Retry-After", "3"), ("Retry-After", "8")])
        #expect(RetryAfter(in: different, reference: now) == .malformed(reason: "2 fields that differ"))
    }

    @Test func `counts a date from the response's own Date`() {
        // The server's clock is 30 s ahead; it asks for 3 s.
        let serverDate = WallTime(secondsSinceEpoch: 1_795_500_030)
        let field = RetryAfter.date(WallTime(secondsSinceEpoch: 1_795_500_033), .imfFixdate)
        #expect(field.wait(date: serverDate, received: now) == .seconds(3))
        #expect(field.wait(date: nil, received: now) == .milliseconds(32_300))
        let past = RetryAfter.date(WallTime(secondsSinceEpoch: 1_795_499_970), .rfc850)
        #expect(past.wait(date: serverDate, received: now) == .seconds(-60))
        #expect(RetryAfter.delay(seconds: .max).wait(date: nil, received: now) == .seconds(Int64.max))
        #expect(RetryAfter.malformed(reason: "").wait(date: nil, received: now) == nil)
    }
}
