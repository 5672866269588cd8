import Grading
import HTTPSemantics
import Journal
import Testing

/// CF-01.
@Suite struct BrokenConnectionTests {
    @Test func `a ladder passes`() throws {
        let finding = try judged(.exponential("usual"), "CF-01")
        #expect(finding.verdict == .pass)
        #expect(finding.evidence.count == 6)
        #expect(finding.classification == "retries connections that are reset, closed and cut within the header")
    }

    @Test func `an immediate retry again and again fails`() throws {
        let client = SimulatedClient(name: "hot") { failure, _ in
            failure.status == 0 ? 0.0005 : failure.attempt < 4 ? 1 : nil
        }
        let finding = try judged(client, "CF-01")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "hot loop")
    }

    @Test func `retries without end fail`() throws {
        let client = SimulatedClient(name: "endless") { failure, _ in
            failure.status == 0 ? 0.1 : failure.attempt < 4 ? 1 : nil
        }
        #expect(try judged(client, "CF-01").classification == "unbounded")
        #expect(
            try judged(.exponential("five"), "CF-01", declared: Declarations(attemptCap: 3)).verdict == .fail)
    }

    @Test func `one immediate retry is harmless`() throws {
        let client = SimulatedClient(name: "once") { failure, _ in
            failure.status == 0 ? failure.attempt < 2 ? 0.001 : nil : failure.attempt < 4 ? 1 : nil
        }
        #expect(try judged(client, "CF-01").verdict == .pass)
    }

    @Test func `not to retry is legal`() throws {
        let client = SimulatedClient(name: "503 only") { failure, _ in
            failure.status == 503 && failure.attempt < 4 ? 1 : nil
        }
        let finding = try judged(client, "CF-01")
        #expect(finding.verdict == .notApplicable)
        #expect(finding.classification == "does not retry broken connections")
    }

    @Test func `a connection that was not broken proves nothing`() throws {
        let finding = try judged(.exponential("usual"), "CF-01") { kind, run in
            if kind.scenario == "broken-forever" { run.exchanges[0].abort = nil }
        }
        #expect(finding.verdict == .inconclusive)
    }
}

/// CF-03.
@Suite struct HungServerTests {
    func judge(
        timeout: Double?, leavesOpen: Bool = false, profiles: Set<Profile> = [.get],
        deadline: SimulatedClient.Deadline = .cutsOff, declared: Declarations = Declarations()
    ) throws -> Finding {
        var client = SimulatedClient.exponential("client", jitter: .none)
        client.timeout = timeout
        client.leavesOpen = leavesOpen
        client.deadline = deadline
        return try judged(client, "CF-03", profiles: profiles, declared: declared)
    }

    @Test func `a timeout that closes the attempt passes`() throws {
        let finding = try judge(timeout: 5)
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "times out after 5 s")
    }

    @Test func `attempts left open beside two others fail, unless that is what is wanted`() throws {
        let finding = try judge(timeout: 5, leavesOpen: true)
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "leaves attempts open")
        #expect(try judge(timeout: 5, leavesOpen: true, declared: Declarations(hedging: true)).verdict == .pass)
    }

    @Test func `no timeout within a minute is undecided, or judged by the deadline`() throws {
        #expect(try judge(timeout: nil).verdict == .inconclusive)
        #expect(try judge(timeout: nil, profiles: [.get, .deadline]).verdict == .pass)
        let finding = try judge(timeout: nil, profiles: [.get, .deadline], deadline: .ignored)
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "hangs")
    }

    @Test func `a client that never retries is not concerned`() throws {
        #expect(try judged(.exponential("single", attempts: 1), "CF-03").verdict == .notApplicable)
    }
}
