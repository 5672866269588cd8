import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// A quota, as a provider announces and enforces it, seen by curl.
@Suite(.timeLimit(.minutes(10))) struct QuotaTests {
    /// One curl process sends so many POSTs over one connection.
    private func post(_ count: Int, to url: String, key: String, retries: Int = 0) async throws {
        let outcome = try await Program.curl.run([
            "-q", "-sS", "--retry", "\(retries)", "-H", "Authorization: Bearer \(key)",
            "-H", "Content-Type: application/json", "-d", #"{"model":"m","max_tokens":1}"#,
            "\(url)/v1/chat/completions?n=[1-\(count)]",
        ])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }

    @Test func `a hundred a minute, each key for itself`() async throws {
        let fixture = try Fixture.shipped("fixtures/openai-100-per-minute.yaml")
        try await withMockUpstream(fixture) { lane in
            try await post(101, to: lane.url, key: "one")
            try await post(1, to: lane.url, key: "another")

            let exchanges = await lane.exchanges()
            #expect(exchanges.statuses == Array(repeating: 200, count: 100) + [429, 200])
            let remaining = exchanges.prefix(100).map { $0.reply?.fields["x-ratelimit-remaining-requests"] }
            #expect(remaining == (0..<100).reversed().map { "\($0)" })

            let refused = exchanges[100]
            let announced = try #require(refused.reply?.fields["Retry-After"].flatMap(Int.init))
            let opens = try #require(refused.decision?.limits.compactMap(\.retryAt).max())
            let exact = opens - (try #require(refused.repliedAt))
            #expect(.seconds(announced) >= exact, "announced \(announced) s, true \(exact)")
            #expect(.seconds(announced - 1) < exact, "announced \(announced) s, true \(exact)")
        }
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
            // At most one refusal for each window of five, and its announced wait was true.
            #expect((1...2).contains(statuses.count { $0 == 429 }), "\(statuses)")
            #expect(zip(statuses, statuses.dropFirst()).allSatisfy { $0 == 200 || $1 == 200 }, "\(statuses)")
        }
    }
}
