import Grading
import HTTPSemantics
import Testing

/// RC-01 and CB-01.
@Suite struct OutageTests {
    /// Opens after some failures in a row, lets one request pass after a while, and closes when it succeeds.
    struct Breaker: SharedRestraint {
        var pause: Double
        private var failures = 0
        private var probeAt = 0.0

        init(pause: Double) { self.pause = pause }

        mutating func permission(attempt: Int, at now: Double, _ generator: inout SeededGenerator) -> Permission {
            guard failures >= 5 else { return .granted }
            guard now >= probeAt else { return .refused }
            probeAt = now + pause
            return .granted
        }

        mutating func note(_ response: SimulatedClient.Failure, at now: Double) {
            guard response.status >= 400 else {
                failures = 0
                return
            }
            failures += 1
            if failures == 5 { probeAt = now + pause }
        }
    }

    static let careful = SimulatedClient.exponential("careful", base: 0.5, attempts: 3, jitter: .full)

    static func breaking(_ pause: Double) -> SimulatedClient {
        var client = careful
        client.restraint = { Breaker(pause: pause) }
        return client
    }

    /// Keeps what failed and sends it all at the next whole half minute.
    static let hoarding = SimulatedClient(name: "hoarding") { failure, _ in
        let now = (failure.received - SimulatedMachine.wall.origin).inSeconds
        return now < 29.9 ? 33 - now : 1
    }

    func judge(
        _ client: SimulatedClient, _ id: String, seed: UInt64 = 1,
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, id, seed: seed, profiles: [.get, .many], tamper: tamper)
    }

    @Test func `a few retries and new calls recover at once`() throws {
        for seed in 1...8 as ClosedRange<UInt64> {
            #expect(try judge(Self.careful, "RC-01", seed: seed).verdict == .pass)
            #expect(try judge(Self.breaking(5), "RC-01", seed: seed).verdict == .pass)
        }
    }

    @Test func `a backlog that comes at once is a storm`() throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            let finding = try judge(Self.hoarding, "RC-01", seed: seed)
            #expect(finding.verdict == .fail, "\(finding.actual)")
            #expect(finding.classification == "storm")
        }
    }

    @Test func `a breaker that never closes stays down`() throws {
        let finding = try judge(Self.breaking(1_000), "RC-01")
        #expect(finding.verdict == .fail, "\(finding.actual)")
        #expect(finding.classification == "stays down")
        #expect(try judge(Self.breaking(1_000), "CB-01").verdict == .inconclusive)
    }

    @Test func `an open breaker is named with its probes`() throws {
        let finding = try judge(Self.breaking(3), "CB-01")
        #expect(finding.verdict == .pass, "\(finding.actual)")
        #expect(finding.classification == "open breaker, a probe every 3 s", "\(finding.classification ?? "")")
    }

    @Test func `retries on top are no fail of this rule`() throws {
        let finding = try judge(Self.careful, "CB-01")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.classification == "neither breaker nor throttling")
        let single = try judge(StandardSuiteTests.single, "CB-01")
        #expect(single.verdict == .pass, "\(single.actual)")
    }

    @Test(arguments: ["RC-01", "CB-01"]) func `what proves nothing`(id: String) throws {
        #expect(try judged(Self.careful, id, profiles: [.get]).verdict == .notApplicable)
        var grader = SimulatedGrader(profiles: [.get, .many], canPace: false)
        let blind = grader.judge(Self.careful, .named(id))
        #expect(blind?.verdict == .notApplicable)
        #expect(blind?.actual.contains("{rate}") == true)
        var hasty = Self.careful
        hasty.paces = false
        #expect(try judge(hasty, id).verdict == .inconclusive)
        let ended = try judge(Self.careful, id) { kind, run in
            if kind.profile == .many { run.endedAt = .zero + .seconds(10) }
        }
        #expect(ended.verdict == .inconclusive)
        #expect(try judge(Self.careful, id) { _, run in run.dropped = 1 }.verdict == .inconclusive)
    }
}
