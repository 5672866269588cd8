import Fixtures
import HTTPSemantics
import Journal
import MockServer
import TestSupport
import Testing

/// Replies that wait before they go out, and what can happen meanwhile.
@Suite(.timeLimit(.minutes(10)))
struct WaitingTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let parkedForLong = Reply.ok.with { $0.delay = .seconds(3600) }

    @Test func `a delay is never shorter than asked, and the journal says when the reply was due`() async throws {
        let reply = Reply.ok.with { $0.delay = .milliseconds(30) }
        try await withMockUpstream(.scripted([reply])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            #expect(try await client.response().status == 200)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            let due = try #require(exchange.reply?.due)
            #expect(due == exchange.decidedAt! + .milliseconds(30))
            #expect(exchange.repliedAt! >= due)
        }
    }

    @Test func `a phase is that fraction of a civil second`() async throws {
        let reply = Reply.ok.with { $0.sendPhase = .milliseconds(250) }
        try await withMockUpstream(.scripted([reply])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            #expect(try await client.response().status == 200)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            let due = try #require(exchange.reply?.due)
            #expect(lane.wall.time(at: due).nanoseconds == 250_000_000)
            #expect(exchange.repliedAt! >= due)
            #expect(due - exchange.decidedAt! < .seconds(1))
        }
    }

    @Test func `parked replies of two lanes go out together, and the barrier holds the next ones`() async throws {
        let held = Reply.ok.with { $0.hold = Hold(parked: 4, group: "herd", atMost: .seconds(30)) }
        try await withServer { server in
            let first = try await server.addLane(.scripted([held]))
            let second = try await server.addLane(.scripted([held]))
            for round in 1...2 {
                let clients = try [first, first, second, second].map { try RawClient(port: $0.port) }
                for client in clients.dropLast() { try await client.send(Self.get) }
                // Three are parked: nothing is sent before the fourth.
                _ = await first.events(8 * (round - 1) + 4)
                #expect(await first.exchanges(ended: 0).count { $0.repliedAt != nil } == 2 * (round - 1))
                try await clients[3].send(Self.get)
                for client in clients { #expect(try await client.response().status == 200) }
            }
            let exchanges = await first.exchanges(ended: 4)
            // Both were due at the instant of the release, however late the machine lets them go.
            #expect(exchanges[0].reply?.due != nil)
            #expect(exchanges[0].reply?.due == exchanges[1].reply?.due)
        }
    }

    @Test func `a hold gives up after its time`() async throws {
        let held = Reply.ok.with { $0.hold = Hold(parked: 99, group: "few", atMost: .milliseconds(30)) }
        try await withMockUpstream(.scripted([held])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            #expect(try await client.response().status == 200)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.repliedAt! - exchange.decidedAt! >= .milliseconds(30))
        }
    }

    @Test(arguments: [true, false])
    func `a client that leaves while its reply waits is noticed at once`(_ byReset: Bool) async throws {
        try await withMockUpstream(.scripted([Self.parkedForLong])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            #expect(await lane.events(2) == ["arrived", "decided"])
            if byReset { client.reset() } else { client.finish() }
            #expect(await lane.events(3) == ["arrived", "decided", "aborted(client)"])
        }
    }

    @Test func `a client that has left does not count for the barrier`() async throws {
        let held = Reply.ok.with { $0.hold = Hold(parked: 2, group: "pair", atMost: .seconds(30)) }
        try await withMockUpstream(.scripted([held])) { lane in
            let leaver = try RawClient(port: lane.port)
            try await leaver.send(Self.get)
            _ = await lane.events(2)
            leaver.finish()
            _ = await lane.events(3)
            let stayers = try [RawClient(port: lane.port), RawClient(port: lane.port)]
            try await stayers[0].send(Self.get)
            _ = await lane.events(5)
            #expect(await lane.exchanges(ended: 1).count { $0.repliedAt != nil } == 0)
            try await stayers[1].send(Self.get)
            for client in stayers { #expect(try await client.response().status == 200) }
        }
    }

    @Test func `a lane is removed while replies are parked`() async throws {
        try await withServer { server in
            let lane = try await server.addLane(.scripted([Self.parkedForLong]))
            let clients = try (1...20).map { _ in try RawClient(port: lane.port) }
            for client in clients { try await client.send(Self.get) }
            _ = await lane.events(40)
            await server.removeLane(named: lane.name)
            for client in clients { #expect(try await client.readToEnd().bytes.isEmpty) }
            let exchanges = await lane.exchanges(ended: 20)
            #expect(exchanges.allSatisfy { $0.abort == .shutdown })
            #expect(await server.lanes().isEmpty)
        }
    }

    @Test func `a graceful end lets replies under way finish`() async throws {
        let held = Reply.ok.with { $0.hold = Hold(parked: 2, group: "last", atMost: .seconds(3600)) }
        try await withServer { server in
            let lane = try await server.addLane(.scripted([held]))
            let (first, last) = try (RawClient(port: lane.port), RawClient(port: lane.port))
            try await first.send(Self.get)
            _ = await lane.events(2)
            try await last.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nh")
            _ = await lane.events(3)
            async let end = server.shutdown(grace: .seconds(3600))
            // Nothing new begins; the request under way can still be completed.
            while (try? await server.addLane(.scripted([.ok]), name: "late")) != nil {
                await server.removeLane(named: "late")
            }
            try await last.send("i")
            for client in [first, last] {
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response["Connection"] == "close")
            }
            _ = await end
            // The journal outlives the server.
            #expect(await lane.exchanges(ended: 2).map(\.abort) == [nil, nil])
            await #expect(throws: ServerError.self) { try await server.addLane(.scripted([.ok])) }
        }
    }

    @Test func `a graceful end drops replies that take too long`() async throws {
        try await withServer { server in
            let lane = try await server.addLane(.scripted([Self.parkedForLong]))
            let endless = try RawClient(port: lane.port)
            try await endless.send(Self.get)
            _ = await lane.events(2)
            await server.shutdown(grace: .milliseconds(10))
            #expect(try await endless.readToEnd().bytes.isEmpty)
            #expect(await lane.exchanges(ended: 1).map(\.abort) == [.shutdown])
        }
    }
}
