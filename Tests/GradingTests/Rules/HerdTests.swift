import Grading
import HTTPSemantics
import Journal
import Testing

/// HD-01.
@Suite struct HerdTests {
    struct Case: CustomTestStringConvertible {
        var client: SimulatedClient
        var verdict: Verdict
        var testDescription: String { client.name }
    }

    @Test(arguments: [
        Case(client: .exponential("no jitter"), verdict: .fail),
        Case(client: .exponential("full", jitter: .full), verdict: .pass),
        Case(client: .exponential("equal", jitter: .equal), verdict: .pass),
        Case(client: .exponential("±25 %", jitter: .share(0.25)), verdict: .pass),
        Case(client: .exponential("±2 %", jitter: .share(0.02)), verdict: .fail),
        Case(client: .exponential("too short", base: 0.01, attempts: 4), verdict: .inconclusive),
        Case(client: .exponential("never retries", attempts: 1), verdict: .notApplicable),
    ])
    func `workers are judged by how they come back`(_ example: Case) throws {
        for thoroughness in [Evidence.Thoroughness.quick, .standard] {
            for seed in 1...3 as ClosedRange<UInt64> {
                let finding = try judged(example.client, "HD-01", seed: seed, thoroughness: thoroughness)
                // Eight workers and five rounds leave ±25 % undecided now and then (a fifth of all gradings).
                let isOpen = thoroughness == .quick && finding.verdict == .inconclusive && example.verdict == .pass
                #expect(
                    finding.verdict == example.verdict || isOpen, "\(thoroughness), seed \(seed): \(finding.actual)")
            }
        }
    }

    @Test func `an immediate first retry is not the one that is judged`() throws {
        let finding = try judged(StandardSuiteTests.urllib3, "HD-01")
        #expect(finding.verdict == .fail)
        #expect(finding.evidence.contains { $0.text.hasPrefix("retry 2, 1.00") })
    }

    @Test func `delays that only a late server hides are not called short`() throws {
        // As on a machine with a load of thirty: of urllib3's ladder only the immediate first retry is left.
        @Sendable func stalled(_ kind: RunRequest.Kind, _ run: inout Run) {
            guard kind.client == .underTest else { return }
            run.stalls = run.exchanges.dropFirst(2).map {
                Stall(from: $0.arrivedAt - .milliseconds(20), until: $0.arrivedAt)
            }
        }
        let herd = try judged(StandardSuiteTests.urllib3, "HD-01", tamper: stalled)
        #expect(herd.verdict == .inconclusive)
        #expect(herd.actual == "the server was late at too many of its retries to know its own delays")
        let jitter = try judged(StandardSuiteTests.urllib3, "JT-01", tamper: stalled)
        #expect(jitter.verdict == .inconclusive)
        #expect(jitter.actual.hasPrefix("too few undisturbed delays"), "\(jitter.actual)")
    }

    @Test func `rounds of the client and of the reference are made in turn, ten at most`() {
        var grader = SimulatedGrader()
        _ = grader.judge(.exponential("no jitter"), .named("HD-01"))
        let herds = grader.performed.filter { $0.key.scenario == "herd" }
        #expect(herds.first { $0.key.client == .underTest }?.value == 10)
        #expect(herds.first { $0.key.client != .underTest }?.value == 5)
    }

    @Test func `long rounds end after five`() {
        var grader = SimulatedGrader()
        _ = grader.judge(.exponential("slow", base: 8), .named("HD-01"))
        #expect(grader.performed.first { $0.key.scenario == "herd" && $0.key.client == .underTest }?.value == 5)
    }

    @Test func `a machine on which even a fixed delay scatters says nothing`() {
        var grader = SimulatedGrader()
        grader.machine.noise = 0.15
        let finding = grader.judge(.exponential("no jitter"), .named("HD-01"))
        #expect(finding?.verdict == .inconclusive)
    }

    @Test func `workers that are not refused together prove nothing`() throws {
        let finding = try judged(.exponential("no jitter"), "HD-01") { kind, run in
            guard kind.scenario == "herd", kind.client == .underTest else { return }
            run.exchanges[0].repliedAt = run.exchanges[0].arrivedAt + .milliseconds(Int64(run.exchanges.count) * 10)
            run.wall.origin = run.wall.origin + .nanoseconds(run.exchanges[1].arrivedAt.nanoseconds % 1_000_000 * 1_000)
        }
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("not refused together"))
    }

    @Test func `workers that do not come back prove nothing`() throws {
        let finding = try judged(.exponential("no jitter"), "HD-01") { kind, run in
            if kind.scenario == "herd", kind.client == .underTest { run.exchanges.removeLast() }
        }
        #expect(finding.verdict == .inconclusive)
    }

    @Test(arguments: [(20, .fail), (80, .inconclusive)] as [(Int64, Verdict)])
    func `stalls count once they are longer than the window`(milliseconds: Int64, expected: Verdict) throws {
        let finding = try judged(.exponential("no jitter"), "HD-01") { kind, run in
            guard kind.scenario == "herd", run.exchanges.count > 1 else { return }
            let arrival = run.exchanges[1].arrivedAt
            run.stalls = [Stall(from: arrival - .milliseconds(milliseconds), until: arrival)]
        }
        #expect(finding.verdict == expected)
    }
}
