import Grading
import HTTPSemantics
import Journal
import Testing

/// RA-04.
@Suite struct SharedWaitTests {
    static func judge(
        _ client: SimulatedClient, seed: UInt64 = 1,
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, "RA-04", seed: seed, profiles: [.get, .many], tamper: tamper)
    }

    static let gated: SimulatedClient = {
        var client = SimulatedClient.exponential("a gate for all")
        client.restraint = { SharedGate() }
        return client
    }()

    @Test func `a gate for all calls passes, in every grading`() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let finding = try Self.judge(Self.gated, seed: seed)
            #expect(finding.verdict == .pass, "\(finding.evidence.map(\.text))")
        }
    }

    @Test func `calls that wait each for itself fail, in every grading`() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let finding = try Self.judge(.exponential("each for itself"), seed: seed)
            #expect(finding.verdict == .fail)
            #expect(finding.evidence.allSatisfy { $0.speaksAgainst })
        }
    }

    @Test func `a server that is always late lets nobody pass who goes on`() throws {
        let finding = try Self.judge(.exponential("each for itself")) { kind, run in
            run.stalls = run.exchanges.map { Stall(from: $0.arrivedAt - .milliseconds(20), until: $0.arrivedAt) }
        }
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual == "the server was late whenever a request came during the wait")
    }

    @Test func `a client that never comes back, or makes one call at a time, has no others to stop`() throws {
        #expect(try Self.judge(SimulatedClient(name: "single") { _, _ in nil }).verdict == .notApplicable)
        let serial = try Self.judge(Self.gated) { kind, run in
            guard kind.profile == .many else { return }
            for position in run.exchanges.indices.dropFirst() {
                run.exchanges[position].arrivedAt = Instant(seconds: 4 + Double(position))
            }
        }
        #expect(serial.verdict == .notApplicable)
    }

    @Test func `without calls that were left, or targets of their own, nothing was shown`() throws {
        let allUnderWay = try Self.judge(Self.gated) { kind, run in
            guard kind.profile == .many else { return }
            for position in run.exchanges.indices.dropFirst() {
                run.exchanges[position].arrivedAt = Instant(seconds: 0.03)
            }
        }
        #expect(allUnderWay.verdict == .inconclusive)
        let oneTarget = try Self.judge(Self.gated) { _, run in
            for position in run.exchanges.indices { run.exchanges[position].arrival.target = "/" }
        }
        #expect(oneTarget.verdict == .inconclusive)
        #expect(oneTarget.actual.hasPrefix("only one target of 20 arrived"))
    }

    @Test func `without a command for many calls it says what to add`() throws {
        let finding = try judged(Self.gated, "RA-04")
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("{requests}"))
    }
}
