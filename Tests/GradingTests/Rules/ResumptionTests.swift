import Grading
import HTTPSemantics
import Journal
import Testing

/// HD-03.
@Suite struct ResumptionTests {
    static func judge(
        _ client: SimulatedClient, seed: UInt64 = 1,
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, "HD-03", seed: seed, profiles: [.get, .many], tamper: tamper)
    }

    static let exact = SimulatedClient.exponential("each exactly as told", attempts: 20)

    static func gated(spacing: Double) -> SimulatedClient {
        var client = SimulatedClient.exponential("one gate", attempts: 20)
        client.restraint = { SharedGate(spacing: spacing) }
        return client
    }

    /// Adds up to this many seconds to what it is told.
    static func spread(_ seconds: Double) -> SimulatedClient {
        var client = exact
        client.wait = { failure, generator in
            SimulatedClient.understood(failure).map { $0 + Double.random(in: 0...seconds, using: &generator) } ?? 1
        }
        return client
    }

    static func verdicts(_ client: SimulatedClient, seeds: Int) throws -> [Verdict: Int] {
        try (1...seeds).reduce(into: [:]) { counts, seed in
            let verdict = try judge(client, seed: UInt64(seed)).verdict
            counts[verdict, default: 0] += 1
        }
    }

    @Test func `workers that wait exactly as told come back as a herd`() throws {
        let finding = try Self.judge(Self.exact)
        #expect(finding.verdict == .fail, "\(finding.actual) \(finding.evidence.map(\.text))")
        #expect(try Self.verdicts(Self.exact, seeds: 3) == [.fail: 3])
    }

    @Test func `a gate that lets one after the other pass is no herd`() throws {
        let finding = try Self.judge(Self.gated(spacing: 0.1))
        #expect(finding.verdict == .pass, "\(finding.actual) \(finding.evidence.map(\.text))")
        #expect(try Self.verdicts(Self.gated(spacing: 0.1), seeds: 3) == [.pass: 3])
        // One gate for all that opens at once is one.
        #expect(try Self.judge(Self.gated(spacing: 0)).verdict == .fail)
    }

    @Test func `some spreading is neither`() throws {
        #expect(try Self.judge(Self.spread(0.1)).verdict == .fail)
        #expect(try Self.judge(Self.spread(1)).verdict == .inconclusive)
    }

    @Test func `too few windows, or a client that never comes back, show nothing`() throws {
        #expect(try Self.judge(SimulatedClient(name: "single") { _, _ in nil }).verdict == .notApplicable)
        let short = try Self.judge(Self.exact) { kind, run in
            guard kind.profile == .many else { return }
            for position in run.exchanges.indices { run.exchanges[position].decidedAt = .zero }
        }
        #expect(short.verdict == .inconclusive)
        let oneByOne = ManyCallsTests.run(
            Self.exact, "window", ["quota": "10/1s"], requests: 60, concurrency: 1, limit: .seconds(40))
        let serial = try Self.judge(Self.exact) { kind, run in if kind.profile == .many { run = oneByOne } }
        #expect(serial.verdict == .notApplicable)
        let oneTarget = try Self.judge(Self.exact) { _, run in
            for position in run.exchanges.indices { run.exchanges[position].arrival.target = "/" }
        }
        #expect(oneTarget.verdict == .inconclusive)
    }
}
