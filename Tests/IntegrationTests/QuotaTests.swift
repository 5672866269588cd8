import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// A quota, as a provider announces and enforces it, seen by curl.
@Suite(.timeLimit(.minutes(1))) struct QuotaTests {
    /// One curl process sends so many POSTs over one connection.
    private func post(_ count: Int, to url: String, key: String, retries: Int = 0) async throws {
        let outcome = try await Program.curl.run([
            "-q", "-sS", "--retry", "\(retries)", "-H", "Authorization: Bearer \(key)",
            "-H", "Content-Type: application/json", "-d", #"{"model":"m","max_tokens":1}"#,
            "\(url)/v1/chat/completions?n=[1-\(count)]",
        ])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }

    @Test func `who comes back when told to is let in`() async throws {
        let fixture = try Fixture.parsed(
            """
            limits: { requests: { quota: 5/1s, algorithm: fixed-window } }
            routes: [ { match: "* /*", limits: [requests], reply: { success: {} } } ]
            """)
        try await withMockUpstream(fixture) { lane in
            try await post(12, to: lane.url, key: "one", retries: 1)
            let statuses = await lane.exchanges().statuses
            #expect(statuses.count { $0 == 200 } == 12)
            // After each window of five one refusal, whose announced wait was true.
            #expect(statuses.count { $0 == 429 } == 2, "\(statuses)")
        }
    }
}
