import Backoff
import BackoffClient
import Fixtures
import HTTPSemantics
import HTTPTypes
import Journal
import MockServer
import TestSupport
import Testing

/// 100 requests from 10 workers, through our own client.
@Suite(.timeLimit(.minutes(10))) struct HundredRequestsTests {
    @Test(arguments: 1...5)
    func `all succeed, and only the three refused calls are wasted`(run: Int) async throws {
        let fixture = try Fixture.shipped("fixtures/first-three-429.yaml", parameters: ["wait": "1s"])
        try await withMockUpstream(fixture) { lane in
            let responses = try await get(100, from: lane, workers: 10)
            #expect(responses.map(\.response.status.code) == Array(repeating: 200, count: 100))

            let exchanges = await lane.exchanges()
            #expect(exchanges.count <= 105, "\(exchanges.count) calls")
            #expect(exchanges.count == responses.reduce(0) { $0 + $1.history.count })

            // The history says why each wasted call was made, and what was done about it.
            let wasted = responses.flatMap { $0.history.dropLast() }
            #expect(wasted.count == 3)
            for attempt in wasted {
                #expect(attempt.outcome == .response(status: 429))
                #expect(attempt.retryAfter == .delay(seconds: 1))
                guard case .wait(let wait, .announced(.seconds(1))) = attempt.decision else {
                    Issue.record("\(attempt.decision) after an announced wait")
                    continue
                }
                #expect(wait >= .seconds(1))
            }
        }
    }

    @Test func `a quota is met by waiting as announced`() async throws {
        let fixture = try Fixture.parsed(
            """
            limits: { requests: { quota: 40/1s, algorithm: fixed-window } }
            routes: [ { match: "* /*", limits: [requests], reply: { success: {} } } ]
            """)
        try await withMockUpstream(fixture) { lane in
            let responses = try await get(100, from: lane, workers: 10)
            #expect(responses.map(\.response.status.code) == Array(repeating: 200, count: 100))

            // Ten workers meet each of the two closed windows at most once each.
            let statuses = await lane.exchanges().statuses
            #expect(statuses.count { $0 == 429 } <= 20, "\(statuses.count) calls")
            for attempt in responses.flatMap({ $0.history.dropLast() }) {
                #expect(attempt.outcome == .response(status: 429))
                guard case .wait(let wait, .announced(let announced)) = attempt.decision else {
                    Issue.record("\(attempt.decision) after an announced wait")
                    continue
                }
                #expect(wait >= announced)
            }
        }
    }

    @Test func `the 101st of a hundred a minute hears at once that its deadline is too short`() async throws {
        let fixture = try Fixture.shipped("fixtures/openai-100-per-minute.yaml")
        try await withMockUpstream(fixture) { lane in
            var policy = BackoffPolicy()
            policy.deadline = .seconds(5)
            let client = try BackoffClient(BackoffClient.Configuration(policy: policy))
            var request = HTTPRequest(.post, to: lane, path: "/v1/chat/completions")
            request.headerFields[.authorization] = "Bearer one"
            for _ in 1...100 {
                let response = try await client.perform(request, body: Array("{}".utf8))
                #expect(response.response.status == .ok)
            }
            let error = await #expect(throws: BackoffError.self) {
                try await client.perform(request, body: Array("{}".utf8))
            }
            #expect(error?.reason == .gaveUp(.deadline(.seconds(5))))
            #expect(error?.history.map(\.outcome) == [.response(status: 429)])
            #expect(error?.lastResponse?.response.status.code == 429)
            #expect(await lane.exchanges().count == 101)
        }
    }

    /// So many GETs, each worker one after another.
    private func get(_ count: Int, from lane: Lane, workers: Int) async throws -> [BackoffResponse] {
        let client = try BackoffClient()
        return try await withThrowingTaskGroup(of: [BackoffResponse].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var responses: [BackoffResponse] = []
                    for number in stride(from: worker, to: count, by: workers) {
                        responses.append(try await client.perform(HTTPRequest(to: lane, path: "/\(number)")))
                    }
                    return responses
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}

extension HTTPRequest {
    init(_ method: Method = .get, to lane: Lane, path: String = "/") {
        self.init(method: method, scheme: "http", authority: "127.0.0.1:\(lane.port)", path: path)
    }
}
