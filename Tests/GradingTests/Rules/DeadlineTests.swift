import Grading
import HTTPSemantics
import Testing

/// AT-02.
@Suite struct DeadlineTests {
    func judge(
        _ deadline: SimulatedClient.Deadline, timeout: Double? = nil, attempts: Int = 10,
        profiles: Set<Profile> = [.get, .deadline],
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        var client = SimulatedClient.exponential("client", attempts: attempts)
        client.deadline = deadline
        client.timeout = timeout
        return try judged(client, "AT-02", profiles: profiles, tamper: tamper)
    }

    @Test func `a call that is cut off at its deadline passes`() throws {
        let finding = try judge(.cutsOff)
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "waits until its deadline in vain")
    }

    @Test func `a call that fails at once when it must wait too long passes`() throws {
        let finding = try judge(.failsFast)
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "gives up at once when the wait is too long")
    }

    @Test func `a deadline that nobody heeds fails`() throws {
        let finding = try judge(.ignored)
        #expect(finding.verdict == .fail)
        #expect(finding.actual.contains("no answer"))
        #expect(finding.evidence.allSatisfy { $0.speaksAgainst })
    }

    @Test func `to look before a wait and not beyond it fails`() throws {
        let finding = try judge(.looksBeforeWaiting, timeout: 1)
        #expect(finding.verdict == .fail)
        #expect(finding.actual.contains("a request 7.0"))
    }

    @Test func `without a command there is nothing to judge`() throws {
        let finding = try judge(.cutsOff, profiles: [.get])
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("{deadline}"))
        #expect(try judge(.cutsOff, attempts: 1).verdict == .notApplicable)
    }

    @Test func `one late run of two proves nothing`() throws {
        let finding = try judge(.cutsOff) { kind, run in
            if kind.scenario == "hung", run.round == 0 { run.endedAt += .seconds(3) }
        }
        #expect(finding.verdict == .inconclusive)
    }

    @Test func `a slow start is not charged`() throws {
        let finding = try judge(.cutsOff) { _, run in run.startedAt = .zero - .seconds(4) }
        #expect(finding.verdict == .pass)
    }
}

/// AT-03.
@Suite struct FinalFailureTests {
    @Test func `an exit status other than 0 passes`() throws {
        let finding = try judged(.exponential("honest"), "AT-03")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "exits with 22")
    }

    @Test func `success after nothing but failures fails`() throws {
        var client = SimulatedClient.exponential("silent")
        client.exitCode = 0
        let finding = try judged(client, "AT-03")
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "after 5 failures it exited with 0")
    }

    @Test func `a client that retries nothing but a hint is judged by that`() throws {
        var client = SimulatedClient(name: "only told") { failure, _ in
            failure.attempt < 4 ? SimulatedClient.understood(failure) : nil
        }
        #expect(try judged(client, "AT-03").verdict == .pass)
        client.exitCode = 0
        #expect(try judged(client, "AT-03").verdict == .fail)
    }

    @Test func `a call that is not over says nothing`() throws {
        #expect(
            try judged(.exponential("endless", factor: 1, attempts: .max), "AT-03").verdict == .inconclusive)
        #expect(try judged(.exponential("single", attempts: 1), "AT-03").verdict == .notApplicable)
    }
}
