import Grading
import Testing

/// SP-01.
@Suite struct TruncatedTests {
    static func client(_ change: (inout SimulatedClient) -> Void) -> SimulatedClient {
        var client = SimulatedClient(name: "once") { _, _ in nil }
        change(&client)
        return client
    }

    @Test func `an error or another request passes`() throws {
        let reporting = try judged(Self.client { _ in }, "SP-01")
        #expect(reporting.verdict == .pass)
        #expect(reporting.classification == "reports an error")
        let retrying = try judged(.exponential("tries again"), "SP-01")
        #expect(retrying.verdict == .pass)
        #expect(retrying.actual == "it tries again after 6 of 6 incomplete responses")
    }

    @Test func `half a response taken for a success fails`() throws {
        let finding = try judged(Self.client { $0.noticesTruncation = false }, "SP-01")
        #expect(finding.verdict == .fail)
        #expect(finding.evidence.count == 6 && finding.evidence.allSatisfy(\.speaksAgainst))
        #expect(finding.actual.contains("closed before the last chunk"))
    }

    @Test func `one framing that is not checked is enough`() throws {
        let finding = try judged(Self.client { _ in }, "SP-01") { kind, run in
            if kind.scenario == "last-chunk-missing" { run.ending = .exited(0) }
        }
        #expect(finding.verdict == .fail)
        #expect(
            finding.actual == "it takes a response for a success that was closed before the last chunk")
    }

    @Test func `an exit code that is always 0 proves nothing`() throws {
        let finding = try judged(Self.client { $0.exitCode = 0 }, "SP-01")
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("its exit code says nothing"))
    }

    @Test func `no request, or no end, proves nothing`() throws {
        let silent = try judged(Self.client { _ in }, "SP-01") { _, run in run.exchanges = [] }
        #expect(silent.verdict == .inconclusive)
        let waiting = try judged(Self.client { _ in }, "SP-01") { _, run in run.ending = .timeUp }
        #expect(waiting.verdict == .inconclusive)
    }
}
