import Grading
import HTTPSemantics
import Journal
import Testing

@Suite struct DelaySecondsTests {
    func judge(
        _ client: SimulatedClient, tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, "RA-01", tamper: tamper)
    }

    @Test func `nobody is blamed for a wait that the dialect cannot announce`() throws {
        // The refusals of Stripe and of S3 carry no Retry-After.
        let client = SimulatedClient.exponential("honours Retry-After", base: 0.5)
        let finding = try judged(client, "RA-01") { kind, run in
            guard kind.scenario == "refused-once", run.exchanges.count > 1 else { return }
            run.exchanges[0].reply?.fields = FieldBlock([("Stripe-Should-Retry", "true")])
            guard let replied = run.exchanges[0].repliedAt else { return }
            run.exchanges[1].arrivedAt = replied + .milliseconds(510)
        }
        #expect(finding.verdict == .pass, "\(finding.evidence.map(\.text))")
        #expect(finding.evidence.contains { $0.text.hasPrefix("refusals of this dialect carry no Retry-After") })
        #expect(finding.evidence.allSatisfy { !$0.text.hasPrefix("refusal,") })
    }

    @Test func `a client that waits exactly passes`() throws {
        let finding = try judge(.exponential("exact"))
        #expect(finding.verdict == .pass)
        #expect(finding.evidence.count == 6)
    }

    @Test func `a client that comes back 200 ms early fails, and the line says by how much`() throws {
        let client = SimulatedClient.exponential("early") { failure in
            SimulatedClient.understood(failure).map { $0 - 0.2 }
        }
        let finding = try judge(client)
        #expect(finding.verdict == .fail)
        #expect(finding.evidence[0].text.contains("asked 2.000 s, waited 1.80"))
        #expect(finding.evidence[0].text.contains("ms early"))
        #expect(finding.evidence[0].speaksAgainst)
    }

    @Test func `a client that is 20 ms early passes, for that is its timer`() throws {
        let client = SimulatedClient.exponential("timer") { failure in
            SimulatedClient.understood(failure).map { $0 - 0.02 }
        }
        #expect(try judge(client).verdict == .pass)
    }

    @Test func `a client that never reads the field fails even where its own delay is long`() throws {
        for base in [0.2, 1, 3, 9] {
            let client = SimulatedClient.exponential("own ladder", base: base) { _ in nil }
            #expect(try judge(client).verdict == .fail, "base \(base)")
        }
    }

    @Test func `a client whose own delay is longer than can be asked for stays undecided`() throws {
        let deaf = SimulatedClient.exponential("deaf", base: 15) { _ in nil }
        let finding = try judge(deaf)
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("the same with and without"))

        let attentive = SimulatedClient.exponential("attentive", base: 15)
        #expect(try judge(attentive).verdict == .pass)
    }

    @Test func `a client that gives up when told to wait is not concerned`() throws {
        let client = SimulatedClient(name: "impatient") { failure, _ in
            failure.retryAfter == nil && failure.attempt < 4 ? 1 : nil
        }
        let finding = try judge(client)
        #expect(finding.verdict == .notApplicable)
        #expect(finding.classification == "gives up")
    }

    @Test func `a client that never tries again is not concerned`() throws {
        let finding = try judge(SimulatedClient(name: "single") { _, _ in nil })
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("never tries again"))
        #expect(finding.actual.contains("exited with 22"))
    }

    @Test func `a stall that may hide an early request makes a pass doubtful, never a fail`() throws {
        let stall: @Sendable (RunRequest.Kind, inout Run) -> Void = { _, run in
            guard run.exchanges.count > 1 else { return }
            let arrival = run.exchanges[1].arrivedAt
            run.stalls = [Stall(from: arrival - .milliseconds(300), until: arrival)]
        }
        #expect(try judge(.exponential("exact"), tamper: stall).verdict == .inconclusive)
        #expect(try judge(.exponential("deaf") { _ in nil }, tamper: stall).verdict == .fail)
    }

    @Test func `a journal that lost entries is no evidence`() throws {
        let finding = try judge(.exponential("exact")) { kind, run in
            run.dropped = kind.parameters["hint"] == "2s" ? 3 : 0
        }
        #expect(finding.verdict == .inconclusive)
    }

    @Test func `nothing that arrives is no evidence`() throws {
        let finding = try judge(.exponential("exact")) { _, run in
            run.exchanges = []
            run.ending = .noRequest
        }
        #expect(finding.verdict == .inconclusive)
    }
}
