import Fixtures
import HTTPSemantics
import RateLimiting
import TestSupport
import Testing
import Upstream

/// A reply that is sent from memory is the one that would have been rendered.
struct RepeatedReplyTests {
    private static let announced: [RetryAfterScript?] = [
        nil, .absent, .seconds(.milliseconds(1500)), .raw("soon"), .date(.seconds(3), form: .imfFixdate),
        .dateAfterDate(.seconds(3), form: .rfc850),
    ]

    private static func response(_ body: BodyTemplate) -> ResponseTemplate {
        ResponseTemplate(status: 429, fields: [FieldTemplate(name: Template("X"), value: Template("y"))], body: body)
    }

    private static func placeholder(_ placeholder: Placeholder) -> BodyTemplate {
        .json(Template(segments: [.literal([0x22]), .placeholder(placeholder), .literal([0x22])]))
    }

    private static let contents: [Reply.Content] = [
        .literal(response(.none)), .literal(response(.text(Template("no")))),
        .literal(response(placeholder(.retryAfter(.decimalSeconds)))),
        .literal(response(placeholder(.retryAfter(.epochMilliseconds)))), .literal(response(placeholder(.id))),
        .literal(response(placeholder(.attempt))), .literal(response(placeholder(.now(.epochMilliseconds)))),
        .literal(response(.echo)), .refusal(limit: nil), .success(overriding: ResponseOverride()),
    ]

    @Test func `it is the same within a second, and in the next one, and by another clock`() {
        var random = SeededGenerator(seed: 3)
        var memory = 0
        for dialect in FixtureLoader.shipped().dialects.values.sorted(by: { $0.name < $1.name }) {
            for content in Self.contents {
                for announced in Self.announced {
                    var fixture = Fixture.routed([Route("* /*", Reply(content: content, retryAfter: announced))])
                    fixture.dialect = dialect
                    var upstream = Upstream(fixture: fixture, wall: .example)
                    var now = Instant.zero
                    var stamps: [UInt64: RenderedReply] = [:]
                    for exchange in 1...12 as ClosedRange<UInt64> {
                        now = now + .milliseconds(Int64.random(in: 0...400, using: &random))
                        if exchange == 9 { upstream.stepClock(by: .milliseconds(300)) }
                        let request = UpstreamRequest(exchange: exchange, method: "GET", target: "/\(exchange)")
                        let plan = upstream.decide(request, at: now)
                        let sent = upstream.send(plan, for: request, at: now)
                        let rendered = upstream.render(plan, for: request, at: now)
                        #expect(sent.status == rendered.status && sent.body == rendered.body)
                        #expect(sent.fields == rendered.fields, "\(dialect.name), \(content), at \(now)")
                        guard let stamp = sent.stamp else { continue }
                        if let former = stamps[stamp] { #expect(former == sent) }
                        if stamps.updateValue(sent, forKey: stamp) != nil { memory += 1 }
                    }
                }
            }
        }
        #expect(memory > 0, "nothing was sent from memory")
    }

    @Test func `what limits say is rendered anew`() {
        let limit = LimitDefinition(name: "requests", policy: .tokenBucket(quota: 1, window: .seconds(1), burst: 2))
        var route = Route("* /*", Reply(content: .success(overriding: ResponseOverride())))
        route.limits = [0]
        var fixture = Fixture.routed([route])
        fixture.limits = [limit]
        var upstream = Upstream(fixture: fixture, wall: .example)
        let request = UpstreamRequest(method: "GET", target: "/")
        for _ in 0..<4 {
            let plan = upstream.decide(request, at: .zero)
            #expect(upstream.send(plan, for: request, at: .zero).stamp == nil)
        }
    }
}
