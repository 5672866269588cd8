import Grading
import HTTPSemantics
import Journal
import Testing

/// BO-01.
@Suite struct PauseTests {
    @Test func `a second between attempts passes`() throws {
        #expect(try judged(.exponential("usual"), "BO-01").verdict == .pass)
    }

    @Test func `a hot loop fails`() throws {
        let finding = try judged(.exponential("hot", base: 0.002, factor: 1), "BO-01")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "hot loop")
    }

    @Test func `an immediate first retry is a note`() throws {
        let finding = try judged(StandardSuiteTests.urllib3, "BO-01")
        #expect(finding.verdict == .pass)
        #expect(finding.notes == ["the first retry is immediate in 10 of 10 processes"])
    }

    @Test func `one immediate retry and no more passes`() throws {
        #expect(try judged(.exponential("once", base: 0.001, attempts: 2), "BO-01").verdict == .pass)
    }

    @Test func `full jitter on a short base is no hot loop`() throws {
        for seed in 1...10 as ClosedRange<UInt64> {
            let client = SimulatedClient.exponential("AWS, transient", base: 0.05, attempts: 4, jitter: .full)
            #expect(try judged(client, "BO-01", seed: seed).verdict != .fail)
        }
    }

    @Test func `a late server is named where it hides how short the pauses are`() throws {
        let finding = try judged(.exponential("200 ms", base: 0.2), "BO-01") { _, run in
            run.stalls = run.exchanges.map { Stall(from: $0.arrivedAt - .seconds(1), until: $0.arrivedAt) }
        }
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual == "the server was late at too many of its retries to know how short its pauses are")
    }

    @Test func `short pauses that are not hot stay undecided`() throws {
        let client = SimulatedClient(name: "15 ms") { failure, _ in
            failure.attempt < 5 ? [0.05, 0.013, 0.05, 0.013][failure.attempt - 1] : nil
        }
        #expect(try judged(client, "BO-01").verdict == .inconclusive)
    }
}
