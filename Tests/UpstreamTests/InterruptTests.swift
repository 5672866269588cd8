import Fixtures
import HTTPSemantics
import Journal
import RateLimiting
import TestSupport
import Testing
import Upstream

/// Requests that break before they are complete: decided about when their header section is there.
struct InterruptTests {
    private let head = UpstreamRequest(method: "POST", target: "/")
    private let broken = Reply(content: .nothing, fault: Fault(point: .requestHeaders, action: .close))

    @Test func `is decided and journalled once, and only where the next reply breaks within the request`() {
        var upstream = Upstream(fixture: .scripted([.ok, broken, .ok]), wall: .example)
        var decisions = 0
        let first = upstream.interrupt(head, at: .zero) { _ in decisions += 1 }
        #expect(first == nil)
        _ = upstream.decide(head, at: .zero)
        let second = upstream.interrupt(head, at: .zero) { _ in decisions += 1 }
        #expect(second?.attempt == 2)
        #expect(second?.fault == broken.fault)
        #expect(second?.status == 0)
        let third = upstream.interrupt(head, at: .zero) { _ in decisions += 1 }
        #expect(third == nil)
        #expect(decisions == 1)
    }

    @Test func `leaves a request that a limit refuses to be read to its end`() {
        let limit = LimitDefinition(
            name: "one", policy: .fixedWindow(quota: 1, window: .seconds(60), start: .firstRequest))
        var upstream = Upstream(fixture: .scripted([broken], limits: [limit]), wall: .example)
        let first = upstream.interrupt(head, at: .zero) { _ in }
        let second = upstream.interrupt(head, at: .zero) { _ in }
        #expect(first?.fault == broken.fault)
        #expect(second == nil)
    }

    @Test func `plays the steps of connections in order, and then accepts`() {
        var fixture = Fixture.scripted()
        fixture.connections = [ConnectionFault(times: 2, action: .reset), ConnectionFault(action: .stall)]
        var upstream = Upstream(fixture: fixture, wall: .example)
        let actions = (0..<5).map { _ in upstream.connect(at: .zero) }
        #expect(actions == [.reset, .reset, .stall, .accept, .accept])
    }

    @Test func `a refusal of connections takes none, and is over when its time is`() {
        var fixture = Fixture.scripted()
        fixture.connections = [
            ConnectionFault(times: 2, action: .reset), ConnectionFault(refusingFor: .seconds(2)),
            ConnectionFault(refusingFor: .seconds(3)), ConnectionFault(action: .close),
        ]
        var upstream = Upstream(fixture: fixture, wall: .example)
        func end(_ now: Int64) -> Instant? { upstream.endOfRefusal(at: .seconds(now)) }
        func connect(_ now: Int64) -> String { upstream.connect(at: .seconds(now)).rawValue }
        #expect(end(0) == nil)
        #expect([connect(1), connect(10)] == ["reset", "reset"])
        #expect(end(10) == .seconds(12))
        #expect(connect(11) == "refuse")
        // The second follows the first at once, however late somebody asks.
        #expect(end(14) == .seconds(15))
        #expect([connect(14), connect(15), connect(15)] == ["refuse", "close", "accept"])
        #expect(end(16) == nil)
        upstream.reset(at: .seconds(20))
        #expect([connect(20), connect(20), connect(20)] == ["reset", "reset", "refuse"])
        #expect(end(20) == .seconds(22))
    }
}
