import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// What happens to connections before a request exists.
@Suite(.timeLimit(.minutes(10)))
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

    /// Whether a connection is refused.
    private func isRefused(_ lane: Lane) -> Bool { (try? RawClient(port: lane.port)) == nil }

    @Test func `a port that refuses does so for its time, and keeps the connections that it has`() async throws {
        let steps = [ConnectionFault(action: .accept), ConnectionFault(refusingFor: .seconds(60))]
        try await withServer(MockServer.Configuration(clock: .manual)) { server in
            let lane = try await server.addLane(fixture(steps))
            let kept = try RawClient(port: lane.port)
            try await kept.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await kept.response().status == 200)
            #expect(isRefused(lane) && isRefused(lane))
            try await kept.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await kept.response().status == 200)
            await lane.advance(by: .milliseconds(59_999))
            #expect(isRefused(lane))
            await lane.advance(by: .milliseconds(1))
            let later = try RawClient(port: lane.port)
            try await later.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await later.response().status == 200)
            #expect(!isRefused(lane))
        }
    }

    @Test func `a refusal that begins with the lane ends by the real clock`() async throws {
        try await withMockUpstream(fixture([ConnectionFault(refusingFor: .milliseconds(1))])) { lane in
            while isRefused(lane) { await Task.yield() }
            #expect(lane.now() >= Instant.zero + .milliseconds(1))
        }
    }

    @Test func `a reset lane refuses again`() async throws {
        try await withServer(MockServer.Configuration(clock: .manual)) { server in
            let lane = try await server.addLane(fixture([ConnectionFault(refusingFor: .seconds(5))]))
            for _ in 1...2 {
                #expect(isRefused(lane))
                await lane.advance(by: .seconds(5))
                #expect(!isRefused(lane))
                await lane.reset()
            }
        }
    }

    @Test func `a lane that refuses can be given another fixture, and ends`() async throws {
        try await withMockUpstream(fixture([ConnectionFault(refusingFor: .seconds(600))])) { lane in
            #expect(isRefused(lane))
            await lane.replaceFixture(fixture([]))
            let client = try RawClient(port: lane.port)
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().status == 200)
            await lane.replaceFixture(fixture([ConnectionFault(refusingFor: .seconds(600))]))
            #expect(isRefused(lane))
        }
    }

    @Test func `connections beyond the limit of a lane wait until one ends`() async throws {
        try await withServer(MockServer.Configuration(connectionLimit: 2)) { server in
            let lane = try await server.addLane(.scripted([.ok]))
            let clients = try (1...3).map { _ in try RawClient(port: lane.port) }
            for client in clients { try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
            #expect(try await clients[0].response().status == 200)
            #expect(try await clients[1].response().status == 200)
            #expect(await lane.exchanges(ended: 2).count == 2)
            clients[0].finish()
            #expect(try await clients[2].response().status == 200)
        }
    }
}
