import Grading
import Testing

@testable import Commands

@Suite struct TextPictureTests {
    static func timeline(_ at: Double, _ timing: Timeline.Timing, until: Double = 2) -> Timeline {
        let attempts: [Timeline.Attempt] = [.init(at: 0, answer: "429"), .init(at: at, answer: "200", timing: timing)]
        return Timeline(
            title: "", rows: [.init(name: "run 1", attempts: attempts, windows: [.init(from: 0, until: until)])])
    }

    @Test func `an early attempt lies inside the shade`() {
        #expect(
            TextTimeline(width: 60).lines(Self.timeline(1.5, .early)) == [
                "run 1  ○░░░░░░░░░░░░░░░░░░░░░░░░░░░░◀━━━━━━━━━  500 ms early",
                "       0                                2.00 s",
                "       ░ asked to wait  ○ attempt  ◀ early",
            ])
    }

    @Test func `a late one lies behind it`() {
        #expect(
            TextTimeline(width: 60).lines(Self.timeline(8, .late)) == [
                "run 1  ○░░░░░░░░░━━━━━━━━━━━━━━━━━━━━━━━━━━━━━◆  6.00 s late",
                "       0                                 8.00 s",
                "       ░ asked to wait  ○ attempt  ◆ late",
            ])
    }

    @Test(arguments: [20, 40, 80, 120]) func `keeps within its width`(width: Int) {
        for timeline in [Self.timeline(0.001, .early, until: 1e20), Self.timeline(45, .late)] {
            for line in TextTimeline(width: width).lines(timeline) { #expect(line.count <= max(width, 45), "\(line)") }
        }
    }

    @Test func `a wait of centuries leaves room for the rest`() {
        let lines = TextTimeline(width: 60).lines(Self.timeline(1, .early, until: 1e20))
        #expect(lines[0].contains("◀") && lines[0].contains("more than 1,000 years early"))
    }

    @Test func `where nothing was early or late, nothing is drawn but repeated attempts`() {
        let single = Timeline(title: "", rows: [.init(name: "x", attempts: [.init(at: 0, answer: "503")])])
        #expect(TextTimeline(width: 80).lines(single) == [])
    }

    @Test func `a herd is a bar and a spread one a row`() {
        let histogram = Histogram(
            title: "", origin: "the refusal", start: 1, binWidth: 0.05,
            series: [.init(name: "round 1", counts: [8, 0, 1, 4]), .init(name: "steady", counts: [0, 0, 0, 0])])
        #expect(
            TextHistogram(width: 60).lines(histogram) == [
                "round 1  █·▁▄", "steady   ····", "         1.00 s to 1.20 s after the refusal",
            ])
    }
}
