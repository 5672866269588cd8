import Fixtures
import HTTPSemantics
import Journal
import MockServer
import RateLimiting
import TestSupport
import Testing

/// A lane whose time passes only when it is told to.
@Suite(.timeLimit(.minutes(10)))
struct ManualClockTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    private func withManualLane(_ fixture: Fixture, _ body: (Lane) async throws -> Void) async throws {
        try await withServer(MockServer.Configuration(clock: .manual)) { server in
            try await body(try await server.addLane(fixture))
        }
    }

    private func status(_ lane: Lane) async throws -> RawResponse {
        let client = try RawClient(port: lane.port)
        try await client.send(Self.get)
        return try await client.response()
    }

    @Test func `a day of quota passes when it is told to, and not a second before`() async throws {
        let daily = LimitDefinition(
            name: "daily", policy: .fixedWindow(quota: 1, window: .seconds(86_400), start: .firstRequest))
        try await withManualLane(.scripted(limits: [daily])) { lane in
            #expect(try await status(lane).status == 200)
            let refused = try await status(lane)
            #expect(refused.status == 429)
            #expect(refused["Retry-After"] == "86400")
            #expect(await lane.advance(by: .seconds(86_399)) == .seconds(86_399))
            #expect(try await status(lane)["Retry-After"] == "1")
            await lane.advance(by: .seconds(1))
            let admitted = try await status(lane)
            #expect(admitted.status == 200)
            let exchanges = await lane.exchanges(ended: 4)
            #expect(exchanges.map(\.arrivedAt) == [.zero, .zero, .seconds(86_399), .seconds(86_400)])
            let date = try #require(admitted["Date"])
            #expect(date == HTTPDate.format(lane.wall.time(at: .seconds(86_400))))
        }
    }

    @Test func `waits end in their order, each at its own instant`() async throws {
        let replies = [300, 100, 200].map { delay in Reply.ok.with { $0.delay = .seconds(delay) } }
        try await withManualLane(.scripted(replies)) { lane in
            var clients: [RawClient] = []
            for count in 1...3 {
                clients.append(try RawClient(port: lane.port))
                try await clients.last?.send(Self.get)
                _ = await lane.entries { $0.count { $0.event.name == "decided" } == count }
            }
            await lane.advance(by: .seconds(50))
            #expect(await lane.exchanges(ended: 0).allSatisfy { $0.repliedAt == nil })
            await lane.advance(by: .seconds(1000))
            let replied = await lane.journal().entries.filter { $0.event.name == "replied" }
            #expect(replied.map(\.exchange) == [2, 3, 1])
            #expect(replied.map(\.instant) == [.seconds(100), .seconds(200), .seconds(300)])
            for client in clients { #expect(try await client.response().status == 200) }
            #expect(lane.now() == .seconds(1050))
        }
    }

    @Test func `a phase and a hold that gives up are on the same line`() async throws {
        let reply = Reply.ok.with {
            $0.hold = Hold(parked: 2, group: "never", atMost: .seconds(10))
            $0.sendPhase = .milliseconds(250)
        }
        try await withManualLane(.scripted([reply])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            _ = await lane.events(2)
            await lane.advance(by: .seconds(12))
            #expect(try await client.response().status == 200)
            let sent = try #require(await lane.exchanges(ended: 1).first?.repliedAt)
            #expect(sent >= .seconds(10) && sent < .seconds(11))
            #expect(lane.wall.time(at: sent).nanoseconds == 250_000_000)
        }
    }

    @Test func `a client that does not read does not hold up the clock`() async throws {
        let large = Reply.literal(200, body: String(repeating: "x", count: 8 << 20)).with { $0.delay = .seconds(1) }
        try await withManualLane(.scripted([large, .ok])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            _ = await lane.events(2)
            #expect(await lane.advance(by: .seconds(5)) == .seconds(5))
        }
    }

    @Test func `a real clock cannot be moved`() async throws {
        try await withMockUpstream(.scripted()) { lane in #expect(await lane.advance(by: .seconds(1)) == nil) }
    }

    @Test func `an advance of a lane that ends is answered`() async throws {
        try await withManualLane(.scripted()) { lane in
            #expect(lane.clock == .manual)
            async let moved = lane.advance(by: .zero)
            #expect(await moved == .zero)
        }
    }

    @Test func `real and manual clock give the same journal for the same events`() async throws {
        let limit = LimitDefinition(
            name: "requests", policy: .fixedWindow(quota: 2, window: .seconds(60), start: .firstRequest))
        let slow = Reply.status(503, retryAfter: .seconds(.seconds(1))).with { $0.delay = .milliseconds(20) }
        let fixture = Fixture.scripted([slow, .ok], limits: [limit])

        var real: [JournalEntry] = []
        try await withMockUpstream(fixture) { lane in
            for _ in 1...3 { _ = try await status(lane) }
            _ = await lane.exchanges(ended: 3)
            real = await lane.entries { _ in true }
        }
        var manual: [JournalEntry] = []
        try await withManualLane(fixture) { lane in
            for exchange in Exchange.gather(real).exchanges {
                await lane.advance(by: try #require(exchange.decidedAt) - lane.now())
                let client = try RawClient(port: lane.port)
                try await client.send(Self.get)
                _ = await lane.entries { $0.contains { $0.exchange == exchange.id && $0.event.name == "decided" } }
                await lane.advance(by: exchange.decision?.delay ?? .zero)
                _ = try await client.response()
            }
            _ = await lane.exchanges(ended: 3)
            manual = await lane.entries { _ in true }
        }

        #expect(manual.map(\.event.name) == real.map(\.event.name))
        let (was, isNow) = (Exchange.gather(real).exchanges, Exchange.gather(manual).exchanges)
        #expect(isNow.map(\.decidedAt) == was.map(\.decidedAt))
        // Limits with their instants, delays and sources, all at the same points of the line.
        #expect(isNow.map(\.decision) == was.map(\.decision))
        #expect(isNow.map(\.reply?.due) == was.map(\.reply?.due))
        #expect(isNow.map(\.reply?.status) == was.map(\.reply?.status))
        #expect(isNow.map { $0.reply?.fields["Retry-After"] } == was.map { $0.reply?.fields["Retry-After"] })
    }
}
