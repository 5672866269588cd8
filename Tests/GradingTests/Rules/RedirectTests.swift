import Grading
import HTTPSemantics
import Journal
import Testing

/// RA-05.
@Suite struct RedirectTests {
    static let patient: SimulatedClient = {
        var client = SimulatedClient.exponential("patient")
        client.redirectWait = { $0 ?? 0.001 }
        return client
    }()

    @Test func `a client that waits before it follows passes`() throws {
        #expect(try judged(Self.patient, "RA-05").verdict == .pass)
    }

    @Test func `a client that follows at once fails, which counts for nothing`() throws {
        let finding = try judged(.exponential("follows at once"), "RA-05")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "follows at once")
        #expect(Rule.named("RA-05").level == .information)
    }

    @Test func `a client that does not follow redirects is not concerned`() throws {
        var client = SimulatedClient.exponential("stays")
        client.followsRedirects = false
        #expect(try judged(client, "RA-05").verdict == .notApplicable)
    }

    @Test func `a late server hides an early request`() throws {
        let finding = try judged(Self.patient, "RA-05") { _, run in
            guard run.exchanges.count > 1 else { return }
            let arrival = run.exchanges[1].arrivedAt
            run.stalls = [Stall(from: arrival - .milliseconds(300), until: arrival)]
        }
        #expect(finding.verdict == .inconclusive)
    }
}
