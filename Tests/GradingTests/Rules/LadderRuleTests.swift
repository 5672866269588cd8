import Grading
import HTTPSemantics
import Journal
import Testing

/// BO-02 and JT-01 read the same processes.
@Suite struct LadderRuleTests {
    struct Case: CustomTestStringConvertible {
        var client: SimulatedClient
        var growth: Verdict
        var jitter: Verdict
        var testDescription: String { client.name }
    }

    static let cases: [Case] = [
        Case(client: .exponential("exponential"), growth: .pass, jitter: .fail),
        Case(client: .exponential("constant", factor: 1), growth: .fail, jitter: .fail),
        Case(client: .exponential("full jitter", attempts: 6, jitter: .full), growth: .pass, jitter: .pass),
        Case(client: .exponential("±10 %", jitter: .share(0.1)), growth: .pass, jitter: .pass),
        Case(
            client: .exponential("U(0.75, 1), cap", base: 0.5, cap: 2, jitter: .quarterDown), growth: .pass,
            jitter: .pass),
        Case(client: .exponential("short", base: 0.02, attempts: 3), growth: .pass, jitter: .inconclusive),
        Case(client: .exponential("one retry", attempts: 2), growth: .notApplicable, jitter: .fail),
        Case(client: .exponential("single", attempts: 1), growth: .notApplicable, jitter: .notApplicable),
        Case(
            client: .exponential("constant with jitter", factor: 1, attempts: 6, jitter: .share(0.25)), growth: .fail,
            jitter: .pass),
    ]

    @Test(arguments: cases) func `delays are judged as they are`(_ example: Case) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            var grader = SimulatedGrader(seed: seed)
            let findings = grader.grade(example.client, [.named("BO-02"), .named("JT-01")])
            #expect(findings["BO-02"]?.verdict == example.growth, "\(findings["BO-02"]?.actual ?? "")")
            #expect(findings["JT-01"]?.verdict == example.jitter, "\(findings["JT-01"]?.actual ?? "")")
        }
    }

    @Test func `jitter that is no larger than three times the noise is neither seen nor denied`() throws {
        // Node's got adds up to 100 ms to every delay; here it is 80 ms beside a noise of about 20 ms.
        let client = SimulatedClient(name: "a little jitter") { failure, generator in
            failure.attempt < 4
                ? Double(1 << (failure.attempt - 1)) + Double.random(in: 0...0.08, using: &generator) : nil
        }
        for seed in 1...10 as ClosedRange<UInt64> {
            var grader = SimulatedGrader(seed: seed)
            grader.machine.noise = 0.014
            let judged = grader.judge(client, .named("JT-01"))
            let finding = try #require(judged)
            #expect(finding.verdict == .inconclusive || finding.verdict == .pass, "seed \(seed): \(finding.actual)")
        }
    }

    @Test func `random delays that grow exponentially are not called linear`() throws {
        for seed in 1...40 as ClosedRange<UInt64> {
            let client = SimulatedClient.exponential("full jitter", base: 0.5, attempts: 6, jitter: .full)
            let finding = try judged(client, "BO-02", seed: seed)
            #expect(finding.classification?.hasPrefix("linear") != true, "seed \(seed): \(finding.actual)")
        }
    }

    @Test func `a noisy machine makes jitter undecidable`() throws {
        var grader = SimulatedGrader()
        grader.machine.noise = 0.2
        let finding = grader.judge(.exponential("exponential"), .named("JT-01"))
        #expect(finding?.verdict == .inconclusive)
    }

    @Test func `small scatter that does not grow with the delay is noise`() throws {
        let client = SimulatedClient(name: "scatter") { failure, generator in
            guard failure.attempt < 5 else { return nil }
            return Double(1 << (failure.attempt - 1)) + Double.random(in: 0...0.08, using: &generator)
        }
        let finding = try judged(client, "JT-01")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("does not grow"))
    }

    @Test func `a server that was late at every retry leaves nothing to judge`() throws {
        for id in ["JT-01", "BO-02"] {
            let finding = try judged(.exponential("exponential"), id) { _, run in
                run.stalls = run.exchanges.map { Stall(from: $0.arrivedAt - .milliseconds(12), until: $0.arrivedAt) }
            }
            #expect(finding.verdict == .inconclusive)
        }
    }

    @Test func `the shape is named`() throws {
        func shape(_ client: SimulatedClient) throws -> String? { try judged(client, "BO-02").classification }
        #expect(try shape(.exponential("plain"))?.hasPrefix("exponential, factor 2.0") == true)
        #expect(try shape(.exponential("capped", cap: 4, attempts: 7))?.contains("cap 4.0 s") == true)
        let linear = SimulatedClient(name: "linear") { failure, _ in
            failure.attempt < 6 ? Double(failure.attempt) : nil
        }
        #expect(try shape(linear)?.hasPrefix("linear") == true)
    }

    @Test func `more processes are asked for only while it is undecided`() {
        var sure = SimulatedGrader()
        _ = sure.judge(.exponential("exponential"), .named("BO-02"))
        #expect(sure.performed.values.max() == 10)
        var looks: Set<Int> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            var unsure = SimulatedGrader(seed: seed)
            let finding = unsure.judge(.exponential("full jitter", attempts: 3, jitter: .full), .named("BO-02"))
            let most = unsure.performed.values.max() ?? 0
            looks.insert(most)
            #expect(most == 40 || finding?.verdict == .pass, "seed \(seed): \(most) processes")
        }
        #expect(looks == [10, 20, 40])
    }

    @Test func `looking again does not make growth of a constant delay`() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            let client = SimulatedClient.exponential("constant × full jitter", factor: 1, attempts: 3, jitter: .full)
            #expect(try judged(client, "BO-02", seed: seed).verdict != .pass, "seed \(seed)")
        }
    }

    /// Shorter delays support less: below 500 ms a narrow range may be ±10 %, below 250 ms it may be anything.
    @Test(arguments: [0.2, 0.4]) func `short constant delays are no proof`(delay: Double) throws {
        let finding = try judged(.exponential("short", base: delay, factor: 1), "JT-01")
        #expect(finding.verdict == .inconclusive)
    }

    @Test func `what a stalled server touched is dropped, and counted`() throws {
        for id in ["JT-01", "BO-02"] {
            let finding = try judged(.exponential("equal", jitter: .equal), id) { kind, run in
                guard kind.client == .underTest, run.round == 0 else { return }
                let arrival = run.exchanges[run.exchanges.count - 1].arrivedAt
                run.stalls = [Stall(from: arrival - .milliseconds(30), until: arrival)]
            }
            #expect(finding.verdict == .pass)
            let count = finding.evidence.filter { $0.text.contains("dropped because the server was late") }
            #expect(count.map(\.text).first?.hasPrefix("one sample") == true, "\(id): \(finding.evidence)")
        }
    }
}
