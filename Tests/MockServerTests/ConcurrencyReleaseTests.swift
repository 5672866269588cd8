import Fixtures
import HTTPSemantics
import Journal
import MockServer
import RateLimiting
import TestSupport
import Testing

/// What a request holds of a concurrency limit is free again when its exchange has ended, whatever its end.
@Suite(.timeLimit(.minutes(10)))
struct ConcurrencyReleaseTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let parkedForLong = Reply.ok.with { $0.delay = .seconds(3600) }

    /// One request at a time, the first answered as a test wants.
    private func oneAtATime(_ first: Reply) -> Fixture {
        .scripted([first, .ok], limits: [LimitDefinition(name: "parallel", policy: .concurrency(capacity: 1))])
    }

    private func status(on lane: Lane) async throws -> Int {
        let client = try RawClient(port: lane.port)
        try await client.send(Self.get)
        return try await client.response().status
    }

    @Test(arguments: [
        Reply.ok, Reply.ok.with { $0.delay = .milliseconds(5) }, Reply.ok.with { $0.sendPhase = .milliseconds(1) },
        .literal(204), .literal(503, body: "broken"),
    ]) func `an answer that was sent gives its place back`(reply: Reply) async throws {
        try await withMockUpstream(oneAtATime(reply)) { lane in
            let client = try RawClient(port: lane.port)
            for count in 1...3 {
                try await client.send(Self.get)
                #expect(try await client.response().status != 429)
                _ = await lane.exchanges(ended: count)
            }
        }
    }

    @Test(arguments: [Fault.Action.reset, .close, .garbage]) func `a fault gives its place back`(_ action: Fault.Action)
        async throws
    {
        let broken = Reply(content: .nothing, fault: Fault(point: .request, action: action))
        try await withMockUpstream(oneAtATime(broken)) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            #expect(await lane.exchanges(ended: 1).map(\.abort) == [.fault])
            #expect(try await status(on: lane) == 200)
        }
    }

    @Test(arguments: [true, false])
    func `a client that leaves while its reply waits gives its place back`(_ byReset: Bool) async throws {
        try await withMockUpstream(oneAtATime(Self.parkedForLong)) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            _ = await lane.events(2)
            #expect(try await status(on: lane) == 429)
            if byReset { client.reset() } else { client.finish() }
            #expect(await lane.exchanges(ended: 2).map(\.abort) == [.client, nil])
            #expect(try await status(on: lane) == 200)
        }
    }

    @Test func `a refusal holds no place, and a request that never came whole neither`() async throws {
        try await withMockUpstream(oneAtATime(.ok)) { lane in
            let half = try RawClient(port: lane.port)
            try await half.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhal")
            _ = await lane.events(1)
            #expect(try await status(on: lane) == 200)
            half.reset()
            _ = await lane.exchanges(ended: 2)
            #expect(try await status(on: lane) == 200)
        }
    }

    @Test func `five of twenty are admitted at once, and as many again when these have gone`() async throws {
        let limit = LimitDefinition(name: "parallel", policy: .concurrency(capacity: 5))
        try await withMockUpstream(.scripted([Self.parkedForLong], limits: [limit])) { lane in
            for round in 0..<2 {
                let clients = try (1...20).map { _ in try RawClient(port: lane.port) }
                for client in clients { try await client.send(Self.get) }
                // Fifteen refusals end at once; five go on.
                let exchanges = await lane.exchanges(ended: round * 20 + 15)
                #expect(exchanges.dropFirst(round * 20).count { $0.reply?.status == 429 } == 15)
                for client in clients { client.reset() }
                _ = await lane.exchanges(ended: round * 20 + 20)
            }
        }
    }
}
