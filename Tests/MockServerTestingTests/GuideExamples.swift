import BackoffClient
import HTTPTypes
import Journal
import MockServer
import MockServerTesting
import Testing

// What the guide TestingInSwift.md shows. GuideTests holds the two together, line by line.

/// Stands for the client under test: one GET, as often as it takes.
private func fetch(_ url: String) async throws -> Int {
    let authority = String(url.drop { $0 != "/" }.dropFirst(2))
    let client = try BackoffClient()
    defer { client.shutdown() }
    let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/v1/models")
    return try await client.perform(request).response.status.code
}

@Suite(.timeLimit(.minutes(10)))
struct GuideExamples {
    @Test(.mockUpstream("fixtures/first-three-429.yaml", parameters: ["wait": "1s"]))
    func `comes through three refusals`() async throws {
        let upstream = try MockUpstream.current
        #expect(try await fetch(upstream.url) == 200)
        let exchanges = Exchange.gather(await upstream.journal().entries).exchanges
        #expect(exchanges.map { $0.reply?.status } == [429, 429, 429, 200])
    }

    @Test(
        .mockUpstream(
            text: """
                routes:
                  - match: GET /v1/models
                    replies:
                      - { times: 1, status: 503, retry-after: 1s }
                      - { success: {} }
                expect: [ RA-01, ST-01 ]
                """))
    func `keeps what it was asked`() async throws {
        #expect(try await fetch(MockUpstream.current.url) == 200)
    }

    @Test func `a day of quota in milliseconds`() async throws {
        let fixture = """
            limits: { daily: { quota: 1/1d, algorithm: fixed-window } }
            routes: [ { match: GET /v1/models, limits: [daily], reply: { success: {} } } ]
            """
        try await withMockUpstream(text: fixture, clock: .manual) { upstream in
            var statuses = [try await fetch(upstream.url)]
            await upstream.advance(by: .seconds(86_400))
            statuses.append(try await fetch(upstream.url))
            #expect(statuses == [200, 200])
        }
    }
}
