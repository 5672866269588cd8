import Grading
import HTTPSemantics
import Testing

/// RL-02.
@Suite struct PrecedenceTests {
    /// - Parameter wait: from Retry-After and the t of RateLimit, in seconds.
    func client(_ wait: @escaping @Sendable (_ retryAfter: Double, _ t: Double) -> Double?) -> SimulatedClient {
        .exponential("client") { failure in
            guard let hint = SimulatedClient.understood(failure) else { return nil }
            guard let limit = failure.fields["RateLimit"], let t = Double(limit.split(separator: "=").last ?? "") else {
                return hint
            }
            return wait(hint, t)
        }
    }

    @Test func `Retry-After alone passes`() throws {
        let finding = try judged(client { hint, _ in hint }, "RL-02")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "obeys Retry-After alone")
    }

    @Test func `the longer of both passes`() throws {
        let finding = try judged(client { max($0, $1) }, "RL-02")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "waits for the longer of both")
    }

    @Test func `the shorter RateLimit fails`() throws {
        let finding = try judged(client { _, t in t }, "RL-02")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "follows RateLimit")
        #expect(finding.evidence.filter(\.speaksAgainst).count == 2)
    }

    @Test func `a client that reads neither is left to RA-01`() throws {
        for base in [0.2, 1, 3] {
            let finding = try judged(.exponential("deaf", base: base) { _ in nil }, "RL-02")
            #expect(finding.verdict == .notApplicable)
            #expect(finding.evidence.allSatisfy { !$0.speaksAgainst })
        }
    }

    @Test func `a client that gives up is not concerned`() throws {
        let client = SimulatedClient(name: "impatient") { failure, _ in
            failure.retryAfter == nil && failure.attempt < 4 ? 1 : nil
        }
        #expect(try judged(client, "RL-02").verdict == .notApplicable)
    }

    @Test func `a delay longer than can be asked for is undecided`() throws {
        #expect(try judged(.exponential("slow", base: 15), "RL-02").verdict == .inconclusive)
    }
}
