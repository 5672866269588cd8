import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ManyFaultsTests {
    private static func upstream(delay: Duration) -> Fixture {
        let trickle = Fault(point: .request, action: .trickle, pace: Pace(bytes: 8, every: .milliseconds(20)))
        return .routed([
            Route("GET /quick"), Route("GET /delayed", .ok.with { $0.delay = .fixed(delay) }),
            Route("GET /stalled", Reply(content: .nothing, fault: Fault(point: .request, action: .stall))),
            Route("GET /trickle", .ok.with { $0.fault = trickle }),
        ])
    }

    private func connect(to lane: Lane, _ count: Int, _ path: String) async throws -> [RawClient] {
        var clients: [RawClient] = []
        for _ in 0..<count {
            let client = try RawClient(port: lane.port)
            try await client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            clients.append(client)
        }
        return clients
    }

    @Test func `hundreds that are delayed, stalled and trickling keep nobody waiting, and all come to their end`()
        async throws
    {
        try await withMockUpstream(Self.upstream(delay: .seconds(2))) { lane in
            let stalled = try await connect(to: lane, 100, "/stalled")
            let delayed = try await connect(to: lane, 100, "/delayed")
            let trickling = try await connect(to: lane, 100, "/trickle")
            let quick = try RawClient(port: lane.port)
            for _ in 0..<100 {
                try await quick.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await quick.response().status == 200)
            }
            for client in trickling {
                let (bytes, end) = try await client.readToEnd()
                #expect(bytes.suffix(3) == Array("ok\n".utf8)[...] && end == .fin)
            }
            for client in delayed { #expect(try await client.response().status == 200) }
            for client in stalled { client.reset() }
            let exchanges = await lane.exchanges(ended: 400)
            #expect(exchanges.count { $0.abort == nil } == 300)
            #expect(exchanges.count { $0.abort == .client } == 100)
            // None is early, and nobody waited for those that are slow on purpose.
            for exchange in exchanges where exchange.decision?.delay ?? .zero > .zero {
                #expect(exchange.repliedAt! - exchange.decidedAt! >= .seconds(2))
            }
        }
    }

    @Test func `a server stops at once with hundreds on their way`() async throws {
        var clients: [RawClient] = []
        try await withServer { server in
            let lane = try await server.addLane(Self.upstream(delay: .seconds(3600)))
            for path in ["/stalled", "/delayed", "/trickle"] { clients += try await connect(to: lane, 100, path) }
            _ = await lane.entries { $0.count { $0.event.name == "decided" } >= 300 }
        }
        for client in clients { #expect(try await client.readToEnd().end != .silence) }
    }
}
