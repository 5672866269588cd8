import Grading
import HTTPSemantics
import Testing

/// MV-02.
@Suite struct ZeroTests {
    @Test func `pauses of one's own pass`() throws {
        let finding = try judged(
            .exponential("own delays", attempts: 8) { failure in
                SimulatedClient.understood(failure).flatMap { $0 > 0 ? $0 : nil }
            }, "MV-02")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "keeps its own delays")
    }

    @Test func `eleven requests in a few milliseconds fail`() throws {
        let finding = try judged(.exponential("at once", attempts: 11), "MV-02")
        #expect(finding.verdict == .fail)
        #expect(finding.actual.hasPrefix("7 requests within"))
    }

    @Test func `a cap of five attempts passes with a note`() throws {
        let finding = try judged(.exponential("at once, five times", attempts: 5), "MV-02")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "bounded by its cap")
        #expect(finding.notes.count == 1)
    }

    @Test func `an immediate first retry passes`() throws {
        #expect(try judged(StandardSuiteTests.urllib3, "MV-02").verdict == .pass)
    }

    @Test func `a client that gives up is not concerned`() throws {
        let client = SimulatedClient.exponential("gives up")
        var picky = client
        picky.wait = { failure, generator in failure.retryAfter == "0" ? nil : client.wait(failure, &generator) }
        #expect(try judged(picky, "MV-02").verdict == .notApplicable)
        #expect(try judged(.exponential("single", attempts: 1), "MV-02").verdict == .notApplicable)
    }

    @Test func `one hot run of two proves nothing`() throws {
        let finding = try judged(.exponential("at once", attempts: 11), "MV-02") { kind, run in
            if kind.scenario == "raw-hint", run.round == 1 { run.exchanges.removeLast(4) }
        }
        #expect(finding.verdict == .inconclusive)
    }
}
