import Grading
import HTTPSemantics
import Testing

/// CL-01.
@Suite struct ConcurrencyLimitTests {
    /// Halves the number of requests under way at each refusal, down to a few, and adds one now and then.
    struct AdaptiveWindow: SharedRestraint {
        var window = 20.0
        var underWay = 0

        mutating func permission(attempt: Int, at now: Double, _ generator: inout SeededGenerator) -> Permission {
            guard Double(underWay) < window.rounded(.down) else { return .later(now + 0.01) }
            underWay += 1
            return .granted
        }

        mutating func note(_ response: SimulatedClient.Failure, at now: Double) {
            underWay -= 1
            window = response.status >= 400 ? max(4, window / 1.2) : min(20, window + 0.02)
        }
    }

    static let adaptive: SimulatedClient = {
        var client = SimulatedClient(name: "adaptive") { _, generator in Double.random(in: 0...0.1, using: &generator) }
        client.restraint = { AdaptiveWindow() }
        return client
    }()

    static let impatient = SimulatedClient(name: "at once") { _, _ in 0.02 }
    static let seconds = SimulatedClient(name: "a second") { failure, generator in
        failure.attempt < 30 ? Double.random(in: 0...2, using: &generator) : nil
    }

    func judge(_ client: SimulatedClient, seed: UInt64 = 1, profiles: Set<Profile> = [.get, .many]) throws -> Finding {
        try judged(client, "CL-01", seed: seed, profiles: profiles)
    }

    @Test func `a client that lets its concurrency fall passes`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let finding = try judge(Self.adaptive, seed: seed)
            #expect(finding.verdict == .pass, "\(finding.actual) \(finding.evidence.map(\.text))")
        }
    }

    @Test func `a client that keeps pressing fails`() throws {
        let finding = try judge(Self.impatient)
        #expect(finding.verdict == .fail, "\(finding.actual)")
        #expect(finding.classification == "keeps its concurrency")
    }

    @Test func `one that waits a second each time is neither`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let finding = try judge(Self.seconds, seed: seed)
            #expect(finding.verdict == .inconclusive, "\(finding.actual)")
        }
    }

    @Test func `calls that are given up do not pass`() throws {
        let finding = try judge(StandardSuiteTests.single)
        #expect(finding.verdict != .pass)
    }

    @Test func `what proves nothing`() throws {
        #expect(try judge(Self.adaptive, profiles: [.get]).verdict == .notApplicable)
        var lone = Self.adaptive
        lone.restraint = { SharedGate(spacing: 0.2) }
        let finding = try judge(lone)
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("never refused"))
        let lost = try judged(Self.adaptive, "CL-01", profiles: [.many]) { _, run in run.dropped = 3 }
        #expect(lost.verdict == .inconclusive)
        let few = try judged(Self.adaptive, "CL-01", profiles: [.many]) { _, run in
            run.exchanges = Array(run.exchanges.prefix(20))
        }
        #expect(few.verdict == .inconclusive)
    }
}
