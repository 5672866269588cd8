import Grading
import HTTPSemantics
import Journal
import Testing

/// BR-02.
@Suite struct EarlyRefusalTests {
    /// - Parameters:
    ///   - sent: how much of the first try comes, and how much of the second, in MiB.
    static func judge(
        _ client: SimulatedClient = .exponential("usual"), sent: (Int, Int) = (3, 16),
        tamper: @escaping @Sendable (inout Run) -> Void = { _ in }
    ) throws -> Finding {
        try judged(client, "BR-02", profiles: [.get, .post]) { kind, run in
            guard kind.scenario == "early-refusal" else { return }
            for position in run.exchanges.indices {
                let length = (position == 0 ? sent.0 : sent.1) << 20
                run.exchanges[position].arrival.fields = FieldBlock([("Content-Length", "16777216")])
                run.exchanges[position].body = BodySummary(length: length, digest: "aa", complete: length == 16 << 20)
            }
            tamper(&run)
        }
    }

    @Test func `stopping and sending all of it again passes`() throws {
        let finding = try Self.judge()
        #expect(finding.verdict == .pass)
        #expect(finding.evidence[0].text == "run 1: 3.0 MiB came, a whole retry")
    }

    @Test func `sending on fails, and so does a retry that is cut short`() throws {
        #expect(try Self.judge(sent: (16, 16)).verdict == .fail)
        let short = try Self.judge(sent: (3, 13))
        #expect(short.verdict == .fail)
        #expect(short.actual == "the retry is shorter than the upload")
    }

    @Test func `without a retry it depends on whether others are retried`() throws {
        #expect(try Self.judge(SimulatedClient(name: "single") { _, _ in nil }).verdict == .notApplicable)
        let lost = try Self.judge { $0.exchanges.removeLast($0.exchanges.count - 1) }
        #expect(lost.verdict == .inconclusive)
    }

    @Test func `a body that was not refused early proves nothing`() throws {
        let finding = try Self.judge { $0.exchanges[0].reply = nil }
        #expect(finding.verdict == .inconclusive)
        #expect(try judged(.exponential("usual"), "BR-02").verdict == .notApplicable)
    }
}
