import Grading
import Testing

/// AM-01.
@Suite struct AmplificationTests {
    @Test func `a handful of requests passes`() throws {
        let finding = try judged(.exponential("five"), "AM-01")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "one call becomes 5 requests")
    }

    @Test func `five loops of six fail and are named`() throws {
        let finding = try judged(BoundedAttemptsTests.nested, "AM-01")
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "one call became 30 requests on refusals with a hint of 1 s")
        #expect(finding.classification == "nested retry loops, 5 × 6")
    }

    @Test(arguments: [(5, Verdict.pass), (6, .inconclusive), (10, .inconclusive), (11, .fail)])
    func `the limits are five and ten`(attempts: Int, verdict: Verdict) throws {
        let client = SimulatedClient.exponential("so many", base: 0.1, factor: 1.2, attempts: attempts)
        #expect(try judged(client, "AM-01").verdict == verdict)
    }

    @Test func `twenty calls of one process count as well`() throws {
        let modest = try judged(.exponential("five"), "AM-01", profiles: [.get, .many])
        #expect(modest.verdict == .pass)
        #expect(modest.evidence.map(\.text).contains("20 calls at once, run 1: 5 requests for each"))
        // A client that goes on and on where many calls fail at once.
        let many = try judged(.exponential("five"), "AM-01", profiles: [.get, .many]) { kind, run in
            guard kind.profile == .many else { return }
            run.exchanges = Array((0..<11).map { _ in run.exchanges }.joined())
        }
        #expect(many.verdict == .fail)
        #expect(many.actual == "one call became 55 requests on 20 calls at once")
    }

    @Test func `a call that is not over has not shown its factor`() throws {
        let slow = SimulatedClient.exponential("slow", base: 20, factor: 1, attempts: .max) { _ in nil }
        let finding = try judged(slow, "AM-01")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("was not over"))
    }

    @Test func `a client that never tries again is not concerned`() throws {
        #expect(try judged(StandardSuiteTests.single, "AM-01").verdict == .notApplicable)
    }

    @Test func `a journal that lost entries proves nothing`() throws {
        let finding = try judged(.exponential("five"), "AM-01") { kind, run in
            if kind.scenario.hasSuffix("forever") { run.dropped = 1 }
        }
        #expect(finding.verdict == .inconclusive)
    }
}
