import Grading
import HTTPSemantics
import Testing

/// RD-03.
@Suite struct PastDateTests {
    /// - Parameter reaction: the wait after a date that is over, by the number of the attempt.
    func client(_ reaction: @escaping @Sendable (_ attempt: Int) -> Double?) -> SimulatedClient {
        SimulatedClient(name: "client") { failure, _ in
            guard failure.attempt < 6, [429, 503].contains(failure.status) else { return nil }
            guard let hint = SimulatedClient.understood(failure) else { return Double(failure.attempt) }
            return hint > 0 ? hint : reaction(failure.attempt)
        }
    }

    @Test func `falling back to one's own delays passes`() throws {
        let finding = try judged(client { Double($0) }, "RD-03")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "falls back to its own delays")
    }

    @Test func `an immediate first retry passes`() throws {
        let finding = try judged(client { $0 == 1 ? 0 : 1 }, "RD-03")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "comes back at once, then pauses")
    }

    @Test func `coming back at once each time fails`() throws {
        let finding = try judged(client { _ in 0 }, "RD-03")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "hot loop")
        #expect(finding.evidence.allSatisfy { $0.speaksAgainst })
    }

    @Test func `giving up fails, for without the field it does come back`() throws {
        let finding = try judged(client { _ in nil }, "RD-03")
        #expect(finding.verdict == .fail)
        #expect(finding.actual.contains("exited with 22"))
    }

    @Test func `a negative wait that became a huge one hangs`() throws {
        let finding = try judged(client { _ in 1e9 }, "RD-03")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "hangs")
    }

    @Test func `a journal that lost entries is no evidence`() throws {
        #expect(
            try judged(client { Double($0) }, "RD-03") { kind, run in
                run.dropped = kind.scenario == "past-date" ? 1 : 0
            }.verdict == .inconclusive)
    }

    @Test func `one run of two proves nothing`() throws {
        #expect(
            try judged(client { Double($0) }, "RD-03") { kind, run in
                if kind.scenario == "past-date", run.round == 0 { run.exchanges.removeLast(4) }
            }.verdict == .inconclusive)
    }
}
