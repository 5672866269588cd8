import Grading
import HTTPSemantics
import Journal
import Testing

/// RA-03.
@Suite struct LatestValueTests {
    @Test func `a client that obeys each response passes`() throws {
        let finding = try judged(.exponential("exact"), "RA-03")
        #expect(finding.verdict == .pass)
        #expect(finding.evidence.map(\.asked) == [1, 4, 1, 1, 4, 1])
        #expect(finding.notes.isEmpty)
    }

    @Test func `a client that keeps to the first value fails at the second`() throws {
        let client = SimulatedClient.exponential("first value") { failure in
            SimulatedClient.understood(failure).map { _ in 1 }
        }
        let finding = try judged(client, "RA-03")
        #expect(finding.verdict == .fail)
        #expect(finding.evidence.filter(\.speaksAgainst).map(\.asked) == [4, 4])
    }

    @Test func `a client that goes on with the longest value passes with a note`() throws {
        let client = SimulatedClient.exponential("longest value") { failure in
            SimulatedClient.understood(failure).map { failure.attempt == 3 ? 4 : $0 }
        }
        let finding = try judged(client, "RA-03")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "keeps the longest wait")
    }

    @Test(arguments: [0.5, 1, 3, 5]) func `a growing ladder does not obey by luck`(base: Double) throws {
        #expect(try judged(.exponential("deaf", base: base) { _ in nil }, "RA-03").verdict == .fail)
    }

    @Test func `a ladder above all that can be asked for is compared`() throws {
        let deaf = SimulatedClient.exponential("deaf", base: 8) { _ in nil }
        #expect(try judged(deaf, "RA-03").verdict == .inconclusive)
        #expect(try judged(.exponential("attentive", base: 8), "RA-03").verdict == .pass)
    }

    @Test func `too few retries are not judged`() throws {
        let finding = try judged(.exponential("three attempts", attempts: 3), "RA-03")
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("twice"))
        #expect(try judged(.exponential("single", attempts: 1), "RA-03").verdict == .notApplicable)
    }

    @Test func `a server that is late in every run proves nothing`() throws {
        let finding = try judged(.exponential("exact"), "RA-03") { kind, run in
            guard kind.scenario == "hint-sequence", run.exchanges.count > 2 else { return }
            let arrival = run.exchanges[2].arrivedAt
            run.stalls = [Stall(from: arrival - .milliseconds(300), until: arrival)]
        }
        #expect(finding.verdict == .inconclusive)
    }
}
