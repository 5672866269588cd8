import Grading
import HTTPSemantics
import Journal
import Testing

/// JT-02.
@Suite struct IndependenceTests {
    func client(
        _ jitter: SimulatedClient.Jitter, base: Double = 1, attempts: Int = 5,
        seeds: @escaping @Sendable (_ worker: Int, _ round: Int) -> UInt64? = { _, _ in nil }
    ) -> SimulatedClient {
        var client = SimulatedClient.exponential("client", base: base, attempts: attempts, jitter: jitter)
        client.seeds = seeds
        return client
    }

    @Test func `fresh numbers for every process pass`() throws {
        for jitter in [SimulatedClient.Jitter.full, .equal, .share(0.25), .share(0.1)] {
            #expect(try judged(client(jitter), "JT-02").verdict == .pass)
        }
    }

    /// Processes of a ladder run one after the other, workers within the same second.
    @Test func `a seed from the clock in seconds fails`() throws {
        let finding = try judged(client(.full) { _, round in UInt64(round / 3) }, "JT-02")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "a seed shared by those that start together")
        #expect(finding.actual.hasPrefix("56 of 56 pairs"))
    }

    @Test func `a second that ends while they start hides it from no one`() throws {
        let finding = try judged(client(.full) { worker, round in UInt64(round / 3 + (worker < 4 ? 0 : 1)) }, "JT-02")
        #expect(finding.verdict == .fail)
    }

    @Test func `without jitter there is nothing to share`() throws {
        let finding = try judged(client(.none), "JT-02")
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("JT-01"))
        #expect(try judged(client(.full, attempts: 1), "JT-02").verdict == .notApplicable)
    }

    @Test func `one retry is not enough to tell`() throws {
        #expect(try judged(client(.full, attempts: 2), "JT-02").verdict == .inconclusive)
    }

    @Test func `workers that a stalled server disturbed prove nothing`() throws {
        let finding = try judged(client(.full) { _, round in UInt64(round / 3) }, "JT-02") { kind, run in
            guard kind.profile == .workers, run.exchanges.count > 1 else { return }
            let arrival = run.exchanges[1].arrivedAt
            run.stalls = [.init(from: arrival - .milliseconds(80), until: arrival)]
        }
        #expect(finding.verdict == .inconclusive)
    }
}
