import Backoff
import HTTPSemantics
import Testing

@Suite struct WaitAnnouncementTests {
    struct Example: CustomTestStringConvertible {
        var fields: [(String, String)]
        var wait: Duration?
        var testDescription: String { "\(fields)" }
    }

    @Test(arguments: [
        Example(fields: [], wait: nil),
        Example(fields: [("Retry-After", "2")], wait: .seconds(2)),
        Example(fields: [("retry-after-ms", "250")], wait: .milliseconds(250)),
        Example(fields: [("x-ms-retry-after-ms", "250.5")], wait: .microseconds(250_500)),
        Example(fields: [("x-amz-retry-after", "1500")], wait: .milliseconds(1_500)),
        // The exact form of what Retry-After rounds up.
        Example(fields: [("Retry-After", "2"), ("retry-after-ms", "1200")], wait: .milliseconds(1_200)),
        // They contradict each other: the longer one is never too early.
        Example(fields: [("Retry-After", "5"), ("retry-after-ms", "1200")], wait: .seconds(5)),
        Example(fields: [("Retry-After", "1"), ("retry-after-ms", "9000")], wait: .seconds(9)),
        Example(fields: [("Retry-After", "soon"), ("retry-after-ms", "70")], wait: .milliseconds(70)),
        Example(fields: [("Retry-After", "3"), ("retry-after-ms", "-70")], wait: .seconds(3)),
        Example(fields: [("retry-after-ms", "1e3")], wait: nil),
        Example(fields: [("retry-after-ms", "")], wait: nil),
        Example(fields: [("retry-after-ms", "99999999999999999999999")], wait: .nanoseconds(9_200_000_000_000_000_000)),
    ])
    func `reads what providers send`(example: Example) {
        let announcement = WaitAnnouncement(
            FieldBlock(example.fields), received: WallTime(secondsSinceEpoch: 1_800_000_000))
        #expect(announcement.wait == example.wait)
        #expect(announcement.isPresent == !example.fields.isEmpty)
    }

    @Test(arguments: [
        (#"{"error":{"message":"…","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#, true),
        (#" {"code": "insufficient_quota"}"#, true),
        (#"{"error":{"type":"requests","code":"rate_limit_exceeded"}}"#, false),
        (#"{"message":"insufficient_quota"}"#, false),
        (#"{"error":"insufficient_quota""#, false),
        ("insufficient_quota", false),
        ("", false),
    ])
    func `a quota that is used up for good`(body: String, isHard: Bool) {
        #expect(HardQuota.isSaid(by: Array(body.utf8)) == isHard)
    }
}
