import Grading
import HTTPSemantics
import Testing

@testable import Commands

@Suite struct CriticalPathTests {
    private func kind(_ name: String, _ pacing: RunRequest.Pacing = .free) -> RunRequest.Kind {
        RunRequest.Kind(name, pacing: pacing, limit: .seconds(60))
    }

    private func finish(_ path: inout CriticalPath, _ kind: RunRequest.Kind, _ number: Int = 0, _ seconds: Int64) {
        path.finish(RunSchedule.Unit(kind: kind, number: number), after: .seconds(seconds))
    }

    @Test func `nothing that was run has no bound`() { #expect(CriticalPath().seconds == nil) }

    @Test func `runs that are wanted together take as long as the longest`() {
        var path = CriticalPath()
        path.want([RunRequest(kind("a"), count: 2), RunRequest(kind("b"))], by: "A")
        finish(&path, kind("a"), 0, 3)
        finish(&path, kind("a"), 1, 5)
        finish(&path, kind("b"), 0, 4)
        #expect(path.seconds == 5)
    }

    @Test func `what is asked for later begins where its rule's earlier runs have ended`() {
        var path = CriticalPath()
        path.want([RunRequest(kind("gate"))], by: "A")
        path.want([RunRequest(kind("long"))], by: "B")
        finish(&path, kind("gate"), 0, 2)
        finish(&path, kind("long"), 0, 6)
        path.want([RunRequest(kind("gate")), RunRequest(kind("next"))], by: "A")
        finish(&path, kind("next"), 0, 3)
        #expect(path.seconds == 6)
        path.want([RunRequest(kind("gate")), RunRequest(kind("next"), count: 2)], by: "A")
        finish(&path, kind("next"), 1, 4)
        #expect(path.seconds == 9)
    }

    @Test func `a run of several rules begins where the first of them could`() {
        var path = CriticalPath()
        path.want([RunRequest(kind("gate"))], by: "A")
        finish(&path, kind("gate"), 0, 2)
        path.want([RunRequest(kind("shared"))], by: "A")
        path.want([RunRequest(kind("shared"))], by: "B")
        finish(&path, kind("shared"), 0, 3)
        #expect(path.seconds == 3)
    }

    @Test func `runs that are alone follow each other, and timed ones`() {
        var path = CriticalPath()
        path.want([RunRequest(kind("herd", .alone), count: 3), RunRequest(kind("timed", .timed), count: 2)], by: "A")
        for number in 0..<3 { finish(&path, kind("herd", .alone), number, 2) }
        #expect(path.seconds == 6)
        for number in 0..<2 { finish(&path, kind("timed", .timed), number, 4) }
        #expect(path.seconds == 10)
        path.want([RunRequest(kind("long"))], by: "B")
        finish(&path, kind("long"), 0, 45)
        #expect(path.seconds == 45)
    }
}
