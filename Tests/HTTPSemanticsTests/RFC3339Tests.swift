import HTTPSemantics
import Testing

struct RFC3339Tests {
    @Test(
        arguments: [
            (0, 0, 0, "1970-01-01T00:00:00Z"), (784_111_777, 999_999_999, 0, "1994-11-06T08:49:37Z"),
            (951_782_400, 5_000_000, 3, "2000-02-29T00:00:00.005Z"), (-1, 1, 9, "1969-12-31T23:59:59.000000001Z"),
            (-62_135_596_800, 0, 1, "0001-01-01T00:00:00.0Z"),
        ] as [(Int64, Int32, Int, String)])
    func `prints a time`(_ seconds: Int64, _ nanoseconds: Int32, _ decimals: Int, _ text: String) {
        let time = WallTime(secondsSinceEpoch: seconds, nanoseconds: nanoseconds)
        #expect(RFC3339.format(time, decimals: decimals) == text)
    }
}
