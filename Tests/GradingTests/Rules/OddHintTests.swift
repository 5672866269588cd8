import Grading
import HTTPSemantics
import Testing

/// MV-01 and MV-03.
@Suite struct OddHintTests {
    func odd(_ reaction: @escaping @Sendable (String) -> Double?) -> SimulatedClient {
        SimulatedClient(name: "client") { failure, _ in
            guard failure.attempt < 5, [429, 503].contains(failure.status) else { return nil }
            guard let value = failure.retryAfter else { return Double(failure.attempt) }
            return SimulatedClient.understood(failure) ?? reaction(value)
        }
    }

    @Test func `short delays that are drawn at random are no hot loop`() throws {
        // AWS SDKs: up to 50 ms, then up to 100 ms, whatever a Retry-After says.
        for seed in 1...40 as ClosedRange<UInt64> {
            let client = SimulatedClient.exponential("AWS, transient", base: 0.05, jitter: .full) { _ in nil }
            let finding = try judged(client, "MV-01", seed: seed)
            #expect(finding.verdict == .pass, "seed \(seed): \(finding.evidence.map(\.text))")
        }
    }

    @Test func `falling back to one's own delays passes without a note`() throws {
        let finding = try judged(odd { _ in 1 }, "MV-01")
        #expect(finding.verdict == .pass)
        #expect(finding.notes.isEmpty)
    }

    @Test func `1.5 may be read as 1.5 or 2 s`() throws {
        let finding = try judged(odd { $0 == "1.5" ? 2 : 1 }, "MV-01")
        #expect(finding.verdict == .pass)
        #expect(finding.notes.isEmpty)
    }

    @Test func `coming back at once, twice, fails for that value`() throws {
        let finding = try judged(odd { $0 == "-5" ? 0 : 1 }, "MV-01")
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "it does not cope with \"-5\"")
        #expect(finding.evidence.count { $0.speaksAgainst } == 1)
    }

    @Test func `coming back soon but not at once, as one may on a busy machine, is undecided`() throws {
        let finding = try judged(odd { $0 == "-5" ? 0.08 : 1 }, "MV-01")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual == "nothing can be said of \"-5\"")
    }

    @Test func `an exception fails, for without the field it does come back`() throws {
        let finding = try judged(odd { _ in nil }, "MV-01")
        #expect(finding.verdict == .fail)
        #expect(finding.evidence[0].text.contains("exited with 22; without the field it does come back"))
    }

    @Test func `a value read in part is a note`() throws {
        let finding = try judged(odd { $0 == "12abc" ? 12 : 1 }, "MV-01")
        #expect(finding.verdict == .pass)
        #expect(finding.notes == ["\"12abc\" is read as 12 s"])
    }

    @Test func `waiting without end on nonsense is undecided`() throws {
        let finding = try judged(odd { $0.hasPrefix("Mon") ? 1e6 : 1 }, "MV-01")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("31 Feb"))
    }

    @Test func `a client without delays of its own is not concerned`() throws {
        let client = SimulatedClient(name: "only told") { failure, _ in
            failure.attempt < 4 ? SimulatedClient.understood(failure) : nil
        }
        #expect(try judged(client, "MV-01").verdict == .notApplicable)
    }

    func huge(_ reaction: @escaping @Sendable (Double) -> Double?) -> SimulatedClient {
        SimulatedClient(name: "client") { failure, _ in
            guard failure.attempt < 5, [429, 503].contains(failure.status) else { return nil }
            guard let hint = SimulatedClient.understood(failure) else { return 1 }
            return reaction(hint)
        }
    }

    @Test func `waiting passes`() throws {
        let finding = try judged(huge { $0 }, "MV-03")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "waits")
    }

    @Test func `giving up passes, and from where on is named`() throws {
        let finding = try judged(huge { $0 > 120 ? nil : $0 }, "MV-03")
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "gives up at 121 s")
    }

    @Test func `falling back to a shorter delay fails`() throws {
        let finding = try judged(huge { $0 > 60 ? 1 : $0 }, "MV-03")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "shortens waits from 61 s on")
    }

    @Test func `a number that overflows fails`() throws {
        let finding = try judged(huge { $0 > 1e9 ? 0 : $0 }, "MV-03")
        #expect(finding.verdict == .fail)
        #expect(finding.actual.contains("99999999999999999999"))
    }
}
