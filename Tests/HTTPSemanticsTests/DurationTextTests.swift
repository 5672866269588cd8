import HTTPSemantics
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("250ms", .milliseconds(250)), ("2s", .seconds(2)),
        ("1m30s", .seconds(90)), ("1h", .seconds(3600)), ("24h", .seconds(86_400)), ("1d", .seconds(86_400)),
        ("1.5s", .milliseconds(1500)), ("0.25h", .seconds(900)), ("1h0.5m", .seconds(3630)),
        ("1d2h3m4s5ms6us7ns", .nanoseconds(93_784_005_006_007)), ("0.000000001s", .nanoseconds(1)),
        ("106751d", .seconds(106_751 * 86_400)),
    ])
    func `reads what people write`(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "5", "s", "2 s", "1.s", ".5s", "1,5s", "2sec", "30s1m", "1s1s", "1.5m30s", "-2s", "+2s", "1e3s", "2S",
        "0.5ns", "0.0000000001s", "106752d", "99999999999999999999s", "٢s", "--1s", "1m-30s", "1.0000000000000000001s",
    ])
    func `refuses everything else`(text: String) { #expect(DurationText.parse(text) == nil) }

    @Test func `reads a sign only where it may stand`() {
        #expect(DurationText.parse("-30s", negative: true) == .seconds(-30))
        #expect(DurationText.parse("30s", negative: true) == .seconds(30))
        #expect(DurationText.parse("-", negative: true) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0s", "0s"), (.milliseconds(250), "250ms", "250ms"), (.seconds(90), "1m30s", "1m30s"),
        (.seconds(360), "6m", "6m0s"), (.seconds(3600), "1h", "1h0m0s"), (.seconds(86_400), "24h", "24h0m0s"),
        (.milliseconds(12), "12ms", "12ms"), (.milliseconds(1500), "1.5s", "1.5s"),
        (.microseconds(1500), "1.5ms", "1.5ms"), (.nanoseconds(1500), "1.5us", "1.5µs"),
        (.nanoseconds(7), "7ns", "7ns"),
        (.seconds(3605), "1h5s", "1h0m5s"), (.milliseconds(-90_500), "-1m30.5s", "-1m30.5s"),
    ])
    func `prints the shortest form and Go's`(duration: Duration, shortest: String, go: String) {
        #expect(DurationText.print(duration) == shortest)
        #expect(DurationText.goDuration(duration) == go)
    }

    @Test func `reads back what it prints`() {
        var generator = SeededGenerator(seed: 24)
        for _ in 0..<2000 {
            let magnitude = Int64.random(in: 0...62, using: &generator)
            let duration = Duration.nanoseconds(Int64.random(in: 0...(1 << magnitude), using: &generator))
            #expect(DurationText.parse(DurationText.print(duration)) == duration)
        }
    }

    @Test(arguments: [
        (Duration.zero, "0 ms"), (.milliseconds(588), "588 ms"), (.microseconds(9950), "10 ms"),
        (.microseconds(1250), "1.3 ms"), (.milliseconds(999), "999 ms"), (.microseconds(999_600), "1 s"),
        (.milliseconds(2100), "2.1 s"), (.seconds(2), "2 s"), (.milliseconds(2149), "2.1 s"),
        (.milliseconds(59_960), "1 min"), (.seconds(90), "1 min 30 s"), (.seconds(7500), "2 h 5 min"),
        (.milliseconds(-588), "-588 ms"), (.seconds(86_400), "24 h"),
    ])
    func `prints for people`(duration: Duration, text: String) { #expect(DurationText.human(duration) == text) }

    @Test(arguments: [
        (Duration.milliseconds(1412), 3, "1.412 s"), (.seconds(2), 3, "2.000 s"),
        (.microseconds(1_999_500), 3, "2.000 s"),
        (.milliseconds(-12), 3, "-0.012 s"), (.microseconds(-1), 3, "0.000 s"), (.milliseconds(1500), 0, "2 s"),
    ])
    func `prints seconds with fixed decimals`(duration: Duration, decimals: Int, text: String) {
        #expect(DurationText.seconds(duration, decimals: decimals) == text)
    }

    @Test(arguments: [
        ("100/1m", Int64(100), Duration.seconds(60)), ("10/s", 10, .seconds(1)), ("5/24h", 5, .seconds(86_400)),
        ("1/250ms", 1, .milliseconds(250)),
    ])
    func `reads a quota`(text: String, quota: Int64, window: Duration) {
        #expect(QuotaText(text) == QuotaText(quota: quota, window: window))
        #expect(QuotaText(QuotaText(quota: quota, window: window).text) == QuotaText(text))
    }

    @Test(arguments: [
        "", "100", "/1m", "100/", "100/1", "0/1m", "10/0s", "-1/1m", "1.5/1m", "10/1m/1m", "10/min", "10 / 1m",
    ])
    func `refuses what is no quota`(text: String) { #expect(QuotaText(text) == nil) }
}
