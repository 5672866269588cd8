import Grading
import HTTPSemantics
import Journal
import Testing

/// QE-01 and QE-02.
@Suite struct QuotaEfficiencyTests {
    func judge(
        _ client: SimulatedClient, _ id: String, seed: UInt64 = 1, profiles: Set<Profile> = [.get, .many],
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, id, seed: seed, profiles: profiles, tamper: tamper)
    }

    /// Workers that each obey Retry-After exactly and know nothing of each other.
    static let independent = SimulatedClient(name: "each for itself") { failure, _ in understood(failure) }

    static func understood(_ failure: SimulatedClient.Failure) -> Double? { SimulatedClient.understood(failure) }

    /// Knows the quota: never more than ten requests in 2 s.
    static let informed: SimulatedClient = {
        var client = independent
        client.restraint = { SharedGate(spacing: 0.201) }
        return client
    }()

    /// All stop at the first refusal, and go on together.
    static let together: SimulatedClient = {
        var client = independent
        client.restraint = { SharedGate() }
        return client
    }()

    static let hammering = SimulatedClient(name: "every 50 ms") { _, _ in 0.05 }

    static func jittered(_ most: Double) -> SimulatedClient {
        SimulatedClient(name: "Retry-After and up to \(most) s") { failure, generator in
            understood(failure).map { $0 + Double.random(in: 0...most, using: &generator) }
        }
    }

    static let deaf = SimulatedClient(name: "exponential, deaf") { failure, generator in
        failure.attempt < 20
            ? Double.random(in: 0...min(20, 0.5 * Double(1 << min(10, failure.attempt))), using: &generator) : nil
    }

    @Test func `a limiter that all calls share passes`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let finding = try judge(Self.informed, "QE-01", seed: seed)
            #expect(finding.verdict == .pass, "\(finding.actual)")
            #expect(try judge(Self.informed, "QE-02", seed: seed).verdict == .pass)
        }
    }

    @Test func `workers that know nothing of each other waste half and are quick`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let finding = try judge(Self.independent, "QE-01", seed: seed)
            // Where refused requests are charged as well they may lock each other out.
            #expect(finding.verdict == .inconclusive || finding.classification == "livelock")
            #expect(finding.evidence[0].text.contains("100 admitted, 90 refused, efficiency 0.53"))
            #expect(try judge(Self.independent, "QE-02", seed: seed).verdict == .pass)
        }
    }

    @Test func `who hammers fails`() throws {
        let finding = try judge(Self.hammering, "QE-01")
        #expect(finding.verdict == .fail)
        #expect(finding.evidence.contains { $0.speaksAgainst })
    }

    @Test func `where refused requests are charged, hammering locks itself out`() throws {
        let finding = try judge(SimulatedClient(name: "every 300 ms") { _, _ in 0.3 }, "QE-01")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "livelock")
    }

    @Test func `a call that sleeps while all is open is not locked out`() throws {
        // tenacity's random waits: the last of a hundred calls slept 11 s after the last refusal.
        let finding = try judge(Self.independent, "QE-01") { kind, run in
            if kind.parameters["charge"] == "true" { run.exchanges.removeAll { $0.reply?.status == 429 } }
            guard kind.scenario == "shared-bucket" else { return }
            let last = run.exchanges.count - 1
            run.exchanges[last].arrivedAt = run.exchanges[last - 1].arrivedAt + .seconds(11)
        }
        #expect(finding.verdict == .inconclusive && finding.classification == nil, "\(finding.actual)")
    }

    @Test func `slow clients fail on time alone`() throws {
        var slow = Self.informed
        slow.restraint = { SharedGate(spacing: 0.45) }
        #expect(try judge(slow, "QE-01").verdict == .pass)
        let finding = try judge(slow, "QE-02")
        #expect(finding.verdict == .fail, "\(finding.actual)")
    }

    @Test func `calls that are given up have no makespan`() throws {
        let finding = try judge(StandardSuiteTests.single, "QE-02")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("90 of 100 calls were given up"))
        #expect(try judge(StandardSuiteTests.single, "QE-01").verdict == .fail)
    }

    @Test(arguments: ["QE-01", "QE-02"]) func `what proves nothing`(id: String) throws {
        #expect(try judge(Self.informed, id, profiles: [.get]).verdict == .notApplicable)
        let lost = try judge(Self.informed, id) { _, run in run.dropped = 1 }
        #expect(lost.verdict == .inconclusive)
        let few = try judge(Self.informed, id) { _, run in run.exchanges = Array(run.exchanges.prefix(1)) }
        #expect(few.verdict == .inconclusive)
        #expect(few.actual.contains("{requests}"))
        let silent = try judge(Self.independent, id) { _, run in
            for position in run.exchanges.indices { run.exchanges[position].reply?.fields = FieldBlock() }
        }
        #expect(silent.verdict == .notApplicable)
    }

    struct Row: CustomTestStringConvertible {
        var client: SimulatedClient
        var efficiency: ClosedRange<Double>
        var score: ClosedRange<Double>
        var testDescription: String { client.name }
    }

    static let table = [
        Row(client: informed, efficiency: 1...1, score: 0.89...0.91),
        Row(client: together, efficiency: 0.5...0.95, score: 0.98...1),
        Row(client: independent, efficiency: 0.53...0.53, score: 0.99...1),
        Row(client: jittered(1), efficiency: 0.52...0.54, score: 0.75...0.9),
        Row(client: deaf, efficiency: 0.4...0.7, score: 0.3...0.7),
    ]

    /// The figures that `retrograde rules` prints.
    @Test(arguments: table) func `scores are those of the catalogue`(_ row: Row) throws {
        func figures(_ id: String) throws -> [Double] {
            try (1...5 as ClosedRange<UInt64>).flatMap { seed in
                try judge(row.client, id, seed: seed).evidence.prefix(2).compactMap { line in
                    line.text.split(separator: " ").last.flatMap { Double($0) }
                }
            }
        }
        let efficiencies = try figures("QE-01")
        let scores = try figures("QE-02")
        #expect(efficiencies.count == 10 && scores.count == 10)
        #expect(efficiencies.allSatisfy(row.efficiency.contains), "\(efficiencies)")
        #expect(scores.allSatisfy(row.score.contains), "\(scores)")
    }
}
