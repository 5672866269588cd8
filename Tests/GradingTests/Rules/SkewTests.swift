import Grading
import HTTPSemantics
import Testing

/// RD-04.
@Suite struct SkewTests {
    /// - Parameters:
    ///   - base: its first own delay.
    ///   - wait: after a date, by the server's `Date` and by its own clock, in seconds.
    func client(
        base: Double = 1, _ wait: @escaping @Sendable (_ byDate: Double, _ byClock: Double) -> Double?
    ) -> SimulatedClient {
        SimulatedClient(name: "client") { failure, _ in
            guard failure.attempt < 5, [429, 503].contains(failure.status) else { return nil }
            let own = base * Double(failure.attempt)
            guard let value = failure.retryAfter else { return own }
            guard case .date(let date, _) = RetryAfter(value, reference: failure.received) else {
                return SimulatedClient.understood(failure) ?? own
            }
            guard let sent = failure.fields["Date"].flatMap({ HTTPDate.parse($0, reference: failure.received)?.time })
            else {
                return own
            }
            return wait((date - sent).inSeconds, (date - failure.received).inSeconds)
        }
    }

    @Test(arguments: [1, 4.0]) func `the two dates of the response pass`(base: Double) throws {
        let finding = try judged(client(base: base) { byDate, _ in byDate }, "RD-04")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "uses Date")
        #expect(finding.notes.isEmpty)
    }

    @Test func `one's own clock passes with a note, where a past date leaves the own delays`() throws {
        let finding = try judged(client { _, byClock in byClock > 0 ? byClock : 1 }, "RD-04")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "own clock")
        #expect(finding.notes.count == 1)
    }

    @Test func `one's own clock fails where a past date means at once`() throws {
        let finding = try judged(client { _, byClock in max(0, byClock) }, "RD-04")
        #expect(finding.verdict == .fail)
        #expect(finding.evidence.map(\.speaksAgainst) == [false, true])
    }

    @Test func `a first retry that is always immediate is not the clock's fault`() throws {
        let finding = try judged(client(base: 0) { _, byClock in max(0, byClock) }, "RD-04")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "own clock")
    }

    @Test func `a client that does not read dates is not concerned`() throws {
        #expect(try judged(client { _, _ in 1 }, "RD-04").verdict == .notApplicable)
        #expect(try judged(client { _, _ in nil }, "RD-04").verdict == .notApplicable)
    }

    @Test func `a civil clock that moved is no evidence`() throws {
        #expect(
            try judged(client { byDate, _ in byDate }, "RD-04") { kind, run in
                if kind.scenario == "skewed-date" { run.clockStep = .seconds(1) }
            }.verdict == .inconclusive)
    }
}
