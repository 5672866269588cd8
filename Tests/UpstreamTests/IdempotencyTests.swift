import Fixtures
import HTTPSemantics
import Journal
import TestSupport
import Testing
import Upstream

/// Idempotency keys: an answer is given again, and nothing is done twice.
struct IdempotencyTests {
    private func upstream(_ replies: [Reply], keep: Duration = .seconds(60), limits: [LimitDefinition] = []) -> Upstream
    {
        var fixture = Fixture.scripted(replies, limits: limits, caller: .header("Caller"))
        fixture.idempotency = Idempotency(keep: keep)
        return Upstream(fixture: fixture, wall: .example)
    }

    private func post(
        _ key: String?, _ body: String = "a", method: String = "POST", caller: String = "me", exchange: UInt64 = 1
    ) -> UpstreamRequest {
        var fields = FieldBlock([("Caller", caller)])
        if let key { fields.append("Idempotency-Key", key) }
        return UpstreamRequest(exchange: exchange, method: method, target: "/", fields: fields, body: Array(body.utf8))
    }

    /// Asked, answered and over at one instant.
    private func exchange(
        _ upstream: inout Upstream, _ request: UpstreamRequest, at now: Instant = .zero
    ) -> (source: Decision.Source?, reply: RenderedReply) {
        var source: Decision.Source?
        let plan = upstream.answer(request, at: now) {
            if case .decided(let decision) = $0 { source = decision.source }
        }
        let reply = upstream.send(plan, for: request, at: now)
        upstream.finish(plan, at: now)
        return (source, reply)
    }

    private static let created = Reply(
        content: .literal(
            ResponseTemplate(
                status: 201, fields: [FieldTemplate(name: Template("Location"), value: Template("/payments/1"))],
                body: .text(Template(segments: [.placeholder(.id), .literal([0x20]), .placeholder(.attempt)])))))

    @Test func `an answer is given again byte for byte, and the script stands still`() {
        var upstream = upstream([Self.created])
        let first = exchange(&upstream, post("k", exchange: 1))
        let again = exchange(&upstream, post("k", exchange: 2), at: .seconds(59))
        #expect(first.source == .script(reply: 0))
        #expect(again.source == .replayed)
        #expect(again.reply.status == 201)
        #expect(again.reply.body == first.reply.body)
        #expect(again.reply.fields["Location"] == "/payments/1")
        #expect(again.reply.fields["Date"] == HTTPDate.format(WallLine.example.time(at: .seconds(59))))
        #expect(upstream.effects == [RouteEffects(route: "* /*", effects: 1)])
        #expect(exchange(&upstream, post("other", exchange: 3)).reply.body != first.reply.body)
        #expect(upstream.effects.map(\.effects) == [2])
    }

    @Test func `an answer is kept as long as it says`() {
        var upstream = upstream([Self.created], keep: .seconds(60))
        _ = exchange(&upstream, post("k"))
        #expect(exchange(&upstream, post("k"), at: .seconds(60) - .nanoseconds(1)).source == .replayed)
        #expect(exchange(&upstream, post("k"), at: .seconds(60)).source == .script(reply: 0))
        #expect(exchange(&upstream, post("k"), at: .seconds(61)).source == .replayed)
    }

    @Test func `a second request while the first is under way is a conflict`() {
        var upstream = upstream([Self.created])
        let plan = upstream.decide(post("k"), at: .zero)
        let second = exchange(&upstream, post("k"))
        #expect(second.source == .keyInUse)
        #expect(second.reply.status == 409)
        #expect(second.reply.fields["Content-Type"] == "application/problem+json")
        // The conflict has not ended what is under way.
        #expect(exchange(&upstream, post("k")).source == .keyInUse)
        _ = upstream.send(plan, for: post("k"), at: .zero)
        upstream.finish(plan, at: .zero)
        #expect(exchange(&upstream, post("k")).source == .replayed)
    }

    @Test(arguments: ["body", "method"])
    func `a key with another request is told so`(_ difference: String) {
        var upstream = upstream([Self.created])
        _ = exchange(&upstream, post("k"))
        let other = difference == "body" ? post("k", "b") : post("k", method: "PATCH")
        let answer = exchange(&upstream, other)
        #expect(answer.source == .keyReused)
        #expect(answer.reply.status == 422)
        #expect(exchange(&upstream, post("k")).source == .replayed)
    }

    @Test func `failures are not kept, so that a retry is worked on`() {
        let interrupted = Reply(content: .nothing, fault: Fault(point: .request, action: .reset))
        var upstream = upstream([.status(503), interrupted, .status(400), Self.created])
        let sources = (0..<5).map { _ in exchange(&upstream, post("k")).source }
        #expect(
            sources == [
                .script(reply: 0), .script(reply: 1), .script(reply: 2), .script(reply: 3), .replayed,
            ])
        #expect(upstream.effects.map(\.effects) == [1])
    }

    @Test func `keys belong to their callers, and safe methods and requests without a key have none`() {
        var upstream = upstream([Self.created])
        let requests = [
            post("k"), post("k", caller: "you"), post(nil), post(nil), post("g", method: "GET"),
            post("g", method: "GET"),
        ]
        #expect(requests.map { exchange(&upstream, $0).source }.allSatisfy { $0 == .script(reply: 0) })
        #expect(upstream.effects.map(\.effects) == [6])
    }

    @Test func `a client that left before the answer was sent hears of the work when it asks again`() {
        var upstream = upstream([Self.created])
        let plan = upstream.decide(post("k"), at: .zero)
        upstream.finish(plan, at: .zero)
        let again = exchange(&upstream, post("k"))
        #expect(again.source == .replayed)
        #expect(again.reply.status == 201)
        #expect(upstream.effects.map(\.effects) == [1])
    }

    @Test func `memory is bounded: beyond it the oldest answers go`() {
        let large = Reply(
            content: .literal(
                ResponseTemplate(
                    status: 200, body: .bytes(Array(repeating: 0, count: 1 << 20), contentType: "application/x"))))
        var upstream = upstream([large])
        for key in 0..<100 { _ = exchange(&upstream, post("\(key)")) }
        let sources = [99, 50, 0].map { exchange(&upstream, post("\($0)")).source }
        #expect(sources == [.replayed, .replayed, .script(reply: 0)])
    }

    @Test func `forgets all answers when it is reset`() {
        var upstream = upstream([Self.created])
        _ = exchange(&upstream, post("k"))
        upstream.reset(at: .zero)
        #expect(upstream.effects.isEmpty)
        #expect(exchange(&upstream, post("k")).source == .script(reply: 0))
    }
}
