import Grading
import HTTPSemantics
import Journal
import Testing

/// BO-03.
@Suite struct ResetTests {
    static func judge(
        _ client: SimulatedClient, seed: UInt64 = 1,
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, "BO-03", seed: seed, profiles: [.get, .many], tamper: tamper)
    }

    /// The calls of a process share one ladder: each failure of any of them is a step, and nothing takes it back.
    struct OneLadder: SharedRestraint {
        var jitter: SimulatedClient.Jitter
        private var failures = 0
        private var failedAt = 0.0
        private var due: Double?

        init(jitter: SimulatedClient.Jitter) { self.jitter = jitter }

        mutating func permission(attempt: Int, at now: Double, _ generator: inout SeededGenerator) -> Permission {
            guard attempt > 1 else { return .granted }
            let due = due ?? failedAt + SimulatedClient.draw(Double(1 << (failures - 1)), jitter, &generator)
            self.due = due
            return now < due ? .later(due) : .granted
        }

        mutating func note(_ response: SimulatedClient.Failure, at now: Double) {
            guard response.status >= 400 else { return }
            failures += 1
            failedAt = now
            due = nil
        }
    }

    static func neverResetting(_ jitter: SimulatedClient.Jitter) -> SimulatedClient {
        var client = SimulatedClient.exponential("never resets", attempts: 6, jitter: jitter)
        client.restraint = { OneLadder(jitter: jitter) }
        return client
    }

    /// Verdicts of gradings with these seeds.
    static func verdicts(_ client: SimulatedClient, seeds: Int) throws -> [Verdict: Int] {
        try (1...seeds).reduce(into: [:]) { counts, seed in
            let verdict = try judge(client, seed: UInt64(seed)).verdict
            counts[verdict, default: 0] += 1
        }
    }

    @Test func `a client that begins anew passes, with and without jitter`() throws {
        for jitter in [SimulatedClient.Jitter.none, .full, .equal, .share(0.25)] {
            let finding = try Self.judge(.exponential("usual", attempts: 6, jitter: jitter))
            #expect(finding.verdict == .pass, "\(jitter): \(finding.actual)")
        }
    }

    @Test func `a client that goes on where it was fails`() throws {
        for jitter in [SimulatedClient.Jitter.none, .share(0.25)] {
            let finding = try Self.judge(Self.neverResetting(jitter))
            #expect(finding.verdict == .fail, "\(jitter): \(finding.actual)")
        }
        // With full jitter a delay that was carried over is short now and then.
        let verdicts = try Self.verdicts(Self.neverResetting(.full), seeds: 40)
        #expect(verdicts[.fail, default: 0] >= 34 && verdicts[.pass, default: 0] <= 3, "\(verdicts)")
        #expect(try Self.verdicts(.exponential("usual", attempts: 6, jitter: .full), seeds: 40)[.fail] == nil)
    }

    @Test func `a delay that a late server may have made long is no proof, and is told as it was seen`() throws {
        func judge(_ client: SimulatedClient) throws -> Finding {
            try Self.judge(client) { kind, run in
                guard kind.profile == .many, let last = run.exchanges.last else { return }
                run.stalls = [Stall(from: last.arrivedAt - .seconds(9), until: last.arrivedAt)]
            }
        }
        let carried = try judge(Self.neverResetting(.none))
        #expect(carried.verdict == .inconclusive)
        #expect(carried.actual == "the server was late when a later call came back")
        let usual = try judge(.exponential("usual", attempts: 6))
        #expect(usual.verdict == .pass)
        #expect(usual.actual.hasPrefix("the later call waited 1.00"), "\(usual.actual)")
    }

    @Test func `delays that do not grow, or one retry, cannot show it`() throws {
        #expect(try Self.judge(.exponential("constant", factor: 1)).verdict == .notApplicable)
        #expect(try Self.judge(.exponential("one retry", attempts: 2)).verdict == .notApplicable)
        #expect(try Self.judge(.exponential("usual", attempts: 3)).verdict == .pass)
    }

    @Test func `calls beside each other, or a second call that is given up, prove nothing`() throws {
        let overlapping = try Self.judge(.exponential("usual")) { kind, run in
            guard kind.profile == .many else { return }
            run.exchanges[4].arrivedAt = run.exchanges[0].arrivedAt
        }
        #expect(overlapping.verdict == .notApplicable)
        let given = try Self.judge(.exponential("usual")) { kind, run in
            guard kind.profile == .many else { return }
            run.exchanges.removeLast()
        }
        #expect(given.verdict == .inconclusive)
        #expect(given.actual == "only 0 of 6 runs showed a later delay")
    }
}
