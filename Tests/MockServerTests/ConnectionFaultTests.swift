import Fixtures
import Journal
import MockServer
import TestSupport
import Testing

/// What happens to connections before a request exists.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionFaultTests {
    private func fixture(_ steps: [ConnectionFault]) -> Fixture {
        var fixture = Fixture.scripted()
        fixture.connections = steps
        return fixture
    }

    @Test(arguments: [(ConnectionFault.Action.reset, RawClient.End.reset), (.close, .fin)])
    func `the first connections end before a request, later ones are as usual`(
        _ action: ConnectionFault.Action, _ end: RawClient.End
    ) async throws {
        let steps = [ConnectionFault(action: .accept), ConnectionFault(times: 2, action: action)]
        try await withMockUpstream(fixture(steps)) { lane in
            for number in 1...4 {
                let client = try RawClient(port: lane.port)
                if number == 2 || number == 3 {
                    let outcome = try await client.readToEnd()
                    #expect(outcome.bytes.isEmpty && outcome.end == end)
                } else {
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await client.response().status == 200)
                }
            }
            #expect(await lane.exchanges(ended: 2).count == 2)
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"])
    func `a stalled connection takes a request and never answers`(_ request: String) async throws {
        try await withMockUpstream(fixture([ConnectionFault(action: .stall)])) { lane in
            let stalled = try RawClient(port: lane.port)
            try await stalled.send(request)
            _ = await lane.entries { $0.contains { $0.event.name == "decided" } }
            let other = try RawClient(port: lane.port)
            try await other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await other.response().status == 200)
            stalled.reset()
            let exchange = try #require(await lane.exchanges(ended: 2).first)
            #expect(exchange.decision?.fault == "connection: stall")
            #expect(exchange.abort == .client)
        }
    }

    @Test func `a reset lane begins its connections again`() async throws {
        try await withMockUpstream(fixture([ConnectionFault(action: .close)])) { lane in
            for _ in 1...2 {
                let (bytes, end) = try await RawClient(port: lane.port).readToEnd()
                #expect(bytes.isEmpty && end == .fin)
                await lane.reset()
            }
        }
    }
}
