import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ServingTests {
    @Test func `a lane answers, keeps the connection, and journals each step in order`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            for _ in 1...2 {
                try await client.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-Test: 1\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.count(of: "Date") == 1)
            }
            let slice = await lane.journal(since: 0, waitingFor: 8, atMost: .seconds(5))
            let names = slice.entries.map(\.event.name)
            #expect(
                names == ["arrived", "decided", "replied", "completed", "arrived", "decided", "replied", "completed"])
            let (exchanges, _) = Exchange.gather(slice.entries)
            try #require(exchanges.count == 2)
            #expect(exchanges.map(\.arrival.connection) == [1, 1])
            #expect(exchanges[0].arrival.target == "/a?b=c")
            #expect(exchanges[0].arrival.fields["x-test"] == "1")
            #expect(exchanges[0].arrivedAt <= exchanges[0].decidedAt!)
            #expect(exchanges[0].repliedAt! <= exchanges[0].endedAt!)
            #expect(exchanges[0].endedAt! <= exchanges[1].arrivedAt)
        }
    }
}

extension JournalEntry.Event {
    var name: String {
        switch self {
        case .arrived: "arrived"
        case .received: "received"
        case .decided: "decided"
        case .replied: "replied"
        case .completed: "completed"
        case .aborted(let reason): "aborted(\(reason.rawValue))"
        case .stalled: "stalled"
        }
    }
}
