import Grading
import HTTPSemantics
import Journal
import Testing

/// CF-02.
@Suite struct ReusedConnectionTests {
    static func judge(
        _ client: SimulatedClient, tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, "CF-02", profiles: [.get, .many], tamper: tamper)
    }

    static let usual = SimulatedClient.exponential("usual")
    static let fragile: SimulatedClient = {
        var client = usual
        let wait = client.wait
        client.wait = { failure, generator in failure.status == 0 ? nil : wait(failure, &generator) }
        return client
    }()

    @Test func `the GET again on another connection passes`() throws {
        let finding = try Self.judge(Self.usual)
        #expect(finding.verdict == .pass)
        #expect(finding.evidence[0].text.hasPrefix("run 1: /1 again on connection 2 after 1"))
    }

    @Test func `who retries fresh connections and not kept ones fails`() throws {
        let finding = try Self.judge(Self.usual) { kind, run in
            if kind.parameters["answered"] == "1" { run.exchanges.removeAll { $0.id > 2 } }
        }
        #expect(finding.verdict == .fail)
        #expect(finding.evidence[0].text == "run 1: /1 never came again, it exited with 0")
    }

    @Test func `who retries neither, or keeps no connection, is not judged`() throws {
        #expect(try Self.judge(Self.fragile).verdict == .notApplicable)
        let single = try Self.judge(Self.usual) { _, run in
            for position in run.exchanges.indices {
                run.exchanges[position].arrival.connection = UInt64(position + 1)
            }
        }
        #expect(single.verdict == .notApplicable)
        #expect(single.actual == "it uses no connection twice")
    }

    @Test func `a fault that did not fire proves nothing`() throws {
        let finding = try Self.judge(Self.usual) { kind, run in
            guard kind.parameters["answered"] == "1" else { return }
            for position in run.exchanges.indices { run.exchanges[position].abort = nil }
        }
        #expect(finding.verdict == .inconclusive)
    }
}
