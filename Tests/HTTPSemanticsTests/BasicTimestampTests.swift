import HTTPSemantics
import Testing

struct BasicTimestampTests {
    @Test(arguments: [("19941106T084937Z", 784_111_777), ("20000229T000000Z", 951_782_400)] as [(String, Int64)])
    func `reads a time`(_ text: String, _ seconds: Int64) {
        #expect(BasicTimestamp.parse(text) == WallTime(secondsSinceEpoch: seconds))
    }

    @Test(arguments: [
        "", "19941106", "1994-11-06T08:49:37Z", "19941106T084937", "19941306T084937Z", "20010229T000000Z",
        "1994110 T084937Z",
    ])
    func `has no other form`(_ text: String) {
        #expect(BasicTimestamp.parse(text) == nil)
    }
}
