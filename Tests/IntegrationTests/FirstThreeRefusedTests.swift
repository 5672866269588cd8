import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// 429 for the first three requests, then success.
@Suite(.timeLimit(.minutes(10))) struct FirstThreeRefusedTests {
    @Test(arguments: Client.all)
    func `four requests, and the wait in seconds`(client: Client) async throws {
        let fixture = try Fixture.shipped("fixtures/first-three-429.yaml", parameters: ["wait": "1s"])
        try await withMockUpstream(fixture) { lane in
            let outcome = try await client.get(lane.url)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(outcome.output == #"{"ok":true}"#)

            let exchanges = await lane.exchanges()
            #expect(exchanges.statuses == [429, 429, 429, 200])
            #expect(exchanges.dropLast().allSatisfy { $0.reply?.fields["Retry-After"] == "1" })
            if client.readsRetryAfter {
                #expect(exchanges.gaps.allSatisfy { $0 >= .seconds(1) - tolerance }, "\(exchanges.gaps)")
            }
        }
    }

    @Test(arguments: Client.all.filter(\.readsRetryAfter), HTTPDateForm.allCases)
    func `the wait as a date`(client: Client, form: HTTPDateForm) async throws {
        let date = RetryAfterScript.date(.seconds(1), form: form)
        try await withMockUpstream(.scripted([.refused(retryAfter: date), .ok])) { lane in
            let outcome = try await client.get(lane.url)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")

            let exchanges = await lane.exchanges()
            #expect(exchanges.statuses == [429, 200])
            let text = try #require(exchanges.first?.reply?.fields["Retry-After"])
            let announced = try #require(HTTPDate.parse(text, reference: lane.wall.time(at: lane.now())))
            #expect(announced.form == form)
            let arrived = try #require(exchanges.last?.arrivedAt)
            // None is early by rounding: they count from a clock that they read in fractions, or round down.
            #expect(lane.wall.time(at: arrived) - announced.time >= .zero - tolerance)
        }
    }
}
