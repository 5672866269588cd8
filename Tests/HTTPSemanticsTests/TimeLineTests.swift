import HTTPSemantics
import Testing

@Suite struct TimeLineTests {
    @Test func `an instant stays within its line`() {
        #expect(Instant.zero + .seconds(2) == Instant(nanoseconds: 2_000_000_000))
        #expect(Instant(nanoseconds: .max - 1) + .seconds(1) == .distantFuture)
        #expect(Instant(nanoseconds: .min + 1) + .seconds(-1) == Instant(nanoseconds: .min))
        #expect(Instant(nanoseconds: .min + 1) - .seconds(1) == Instant(nanoseconds: .min))
        #expect(Instant.zero + .seconds(Int64.max) == .distantFuture)
        #expect(Instant(nanoseconds: 5) - Instant(nanoseconds: 9) == .nanoseconds(-4))
        #expect(Instant.distantFuture - Instant(nanoseconds: -1) == .nanoseconds(Int64.max))
    }

    @Test func `a duration is cut towards zero and held at the ends`() {
        #expect(Duration(secondsComponent: 1, attosecondsComponent: 999_999_999).nanoseconds == 1_000_000_000)
        #expect(
            Duration(secondsComponent: -1, attosecondsComponent: -500_000_000_000_000_000).nanoseconds == -1_500_000_000
        )
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    }

    @Test(arguments: [
        (Duration.milliseconds(1000), Int64(1)), (.milliseconds(1001), 2), (.nanoseconds(1), 1), (.zero, 0),
        (.milliseconds(-1500), -1), (.milliseconds(2999), 3),
    ])
    func `announced waits are rounded up`(duration: Duration, seconds: Int64) {
        #expect(duration.roundedUp(toMultipleOf: .seconds(1)) == seconds)
    }

    @Test(arguments: [
        (Int64(10), Int32(0), Duration.milliseconds(-1), Int64(9), Int32(999_000_000)),
        (10, 900_000_000, .milliseconds(100), 11, 0), (10, 900_000_000, .milliseconds(1200), 12, 100_000_000),
        (0, 0, .nanoseconds(-1), -1, 999_999_999), (-1, 999_999_999, .nanoseconds(1), 0, 0),
        (0, 500_000_000, .milliseconds(-2600), -3, 900_000_000), (-5, 100_000_000, .milliseconds(-100), -5, 0),
    ])
    func `wall times are added within a second`(
        seconds: Int64, nanoseconds: Int32, duration: Duration, expectedSeconds: Int64, expectedNanoseconds: Int32
    ) {
        let time = WallTime(secondsSinceEpoch: seconds, nanoseconds: nanoseconds)
        let sum = time + duration
        #expect(sum == WallTime(secondsSinceEpoch: expectedSeconds, nanoseconds: expectedNanoseconds))
        #expect(sum - time == duration)
    }

    @Test func `a wall time far away does not trap`() {
        let far = WallTime(secondsSinceEpoch: .max - 1) + .seconds(Int64.max)
        #expect(far > WallTime(secondsSinceEpoch: 1_000_000_000_000))
        let early = WallTime(secondsSinceEpoch: .min + 1) + .seconds(Int64.min)
        #expect(early < WallTime(secondsSinceEpoch: -1_000_000_000_000))
        #expect(WallTime(secondsSinceEpoch: .max) - WallTime(secondsSinceEpoch: .min) == .seconds(Int64.max))
    }

    @Test func `whole seconds lie before and after a time, also before 1970`() {
        let time = WallTime(secondsSinceEpoch: -2, nanoseconds: 1)
        #expect(time.roundedDownToSecond == WallTime(secondsSinceEpoch: -2))
        #expect(time.roundedUpToSecond == WallTime(secondsSinceEpoch: -1))
        #expect(WallTime(secondsSinceEpoch: -2).roundedUpToSecond == WallTime(secondsSinceEpoch: -2))
    }

    @Test func `a wall line goes both ways`() {
        let line = WallLine(origin: WallTime(secondsSinceEpoch: 1_795_500_000, nanoseconds: 250_000_000))
        let instant = Instant(nanoseconds: 1_900_000_000)
        #expect(line.time(at: instant) == WallTime(secondsSinceEpoch: 1_795_500_002, nanoseconds: 150_000_000))
        #expect(line.instant(at: line.time(at: instant)) == instant)
        #expect(line.instant(at: WallTime(secondsSinceEpoch: 1_795_500_000)) == Instant(nanoseconds: -250_000_000))
    }
}
