import Grading
import HTTPSemantics
import Journal
import Testing

@Suite struct PromptResumeTests {
    func client(_ wait: @escaping @Sendable (Double) -> Double?) -> SimulatedClient {
        .exponential("client") { failure in SimulatedClient.understood(failure).flatMap(wait) }
    }

    @Test(arguments: [
        (0.0, Verdict.pass), (0.9, .pass), (1.2, .pass), (1.6, .inconclusive), (2.4, .fail), (10, .fail),
    ])
    func `lateness is judged in three steps`(late: Double, expected: Verdict) throws {
        #expect(try judged(client { $0 + late }, "RA-02").verdict == expected)
    }

    @Test func `a client that is early is another rule's business`() throws {
        #expect(try judged(client { $0 - 0.5 }, "RA-02").verdict == .notApplicable)
    }

    @Test func `a client that waits without end oversleeps`() throws {
        #expect(try judged(client { _ in 5_000 }, "RA-02").verdict == .fail)
    }

    @Test func `a client that gives up is not concerned`() throws {
        let client = SimulatedClient(name: "impatient") { failure, _ in
            failure.retryAfter == nil && failure.attempt < 4 ? 1 : nil
        }
        #expect(try judged(client, "RA-02").classification == "gives up")
    }

    @Test func `a long delay of its own hides everything`() throws {
        #expect(try judged(.exponential("slow", base: 14), "RA-02").verdict == .inconclusive)
    }

    /// A stall of 400 ms that ends with each arrival.
    func stalled(_ run: inout Run) {
        run.stalls = run.exchanges.map { Stall(from: $0.arrivedAt - .milliseconds(400), until: $0.arrivedAt) }
    }

    @Test(arguments: [(0.0, Verdict.pass), (1.2, .pass), (1.6, .inconclusive), (2.3, .inconclusive), (3.1, .fail)])
    func `a late server takes nothing from a client that is prompt, and blames none`(
        late: Double, expected: Verdict
    ) throws {
        let finding = try judged(client { $0 + late }, "RA-02") { _, run in stalled(&run) }
        #expect(finding.verdict == expected, "\(finding.actual)")
    }

    @Test func `what stalls hide is looked at again`() throws {
        let finding = try judged(client { $0 + 3.1 }, "RA-02") { _, run in
            guard run.round < 4 else { return }
            stalled(&run)
            run.stalls[1].from = run.stalls[1].until - .seconds(1)
        }
        #expect(finding.verdict == .fail)
        #expect(finding.evidence.count == 20)
    }
}
