import Fixtures
import HTTPSemantics
import RateLimiting
import TestSupport
import Testing
import Upstream

/// A plan becomes bytes: fields in order, placeholders filled in, nothing injected.
struct RenderingTests {
    private static func template(_ parts: Template.Segment...) -> Template { Template(segments: parts) }

    private func lines(_ reply: RenderedReply) -> [String] { reply.fields.strings.map { "\($0.name): \($0.value)" } }

    private let request = UpstreamRequest(
        exchange: 1, method: "POST", target: "/v1/caf%C3%A9%22/x?q=a+b%0D%0A&q=2&empty",
        fields: FieldBlock([("X-Name", "tab\there")]),
        body: Array(#"{"model":"gpt \"4\"\n","n":1.50,"list":[{"a":true}],"nothing":null}"#.utf8))

    private func render(_ response: ResponseTemplate) -> RenderedReply {
        let route = Route("POST /v1/{name}/{second}", Reply(content: .literal(response)))
        var upstream = Upstream(fixture: .routed([route]), wall: .example)
        let plan = upstream.decide(request, at: .zero)
        return upstream.render(plan, for: request, at: .zero + .milliseconds(1500))
    }

    struct Case: CustomTestStringConvertible {
        var placeholder: Placeholder
        var text: String
        var json: String
        var testDescription: String { "\(placeholder)" }

        init(_ placeholder: Placeholder, _ text: String, json: String? = nil) {
            self.placeholder = placeholder
            self.text = text
            self.json = json ?? text
        }
    }

    @Test(arguments: [
        Case(.path("name"), "café\"", json: #"café\""#),
        Case(.path("second"), "x"),
        Case(.path("third"), ""),
        Case(.query("q"), "a b\r\n", json: #"a b\u000d\u000a"#),
        Case(.query("empty"), ""),
        Case(.query("absent"), ""),
        Case(.header("x-name"), "tab\there", json: #"tab\u0009here"#),
        Case(.header("absent"), ""),
        Case(.json(pointer: ["model"]), "gpt \"4\"\n", json: #"gpt \"4\"\u000a"#),
        Case(.json(pointer: ["n"]), "1.50"),
        Case(.json(pointer: ["list"]), #"[{"a":true}]"#, json: #"[{\"a\":true}]"#),
        Case(.json(pointer: ["list", "0", "a"]), "true"),
        Case(.json(pointer: ["list", "00"]), ""),
        Case(.json(pointer: ["nothing"]), "null"),
        Case(.port, "80"),
        Case(.attempt, "1"),
        Case(.now(.plain), "1994-11-06T08:49:38Z"),
        Case(.now(.epochSeconds), "784111778"),
        Case(.now(.epochSeconds, ahead: .seconds(3)), "784111781"),
        Case(.now(.epochMilliseconds), "784111778500"),
        Case(.now(.imfFixdate), "Sun, 06 Nov 1994 08:49:38 GMT"),
        Case(.limit(.remaining, .plain), ""),
        Case(.retryAfter(.seconds), ""),
    ])
    func `placeholders`(_ example: Case) {
        let template = Self.template(.literal([0x3C]), .placeholder(example.placeholder), .literal([0x3E]))
        let text = render(ResponseTemplate(status: 200, body: .text(template)))
        #expect(String(decoding: text.body, as: UTF8.self) == "<\(example.text)>")
        let json = render(ResponseTemplate(status: 200, body: .json(template)))
        #expect(String(decoding: json.body, as: UTF8.self) == "<\(example.json)>")
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "8080"), ("localhost", "80"), ("[::1]:443", "443"), ("[::1]", ""), ("a:b", ""),
    ])
    func `the port is that of the Host field`(_ host: String, _ port: String) {
        let template = Self.template(.literal(Array("port ".utf8)), .placeholder(.port))
        var upstream = Upstream(
            fixture: .routed([
                Route("* /*", Reply(content: .literal(ResponseTemplate(status: 200, body: .text(template)))))
            ]), wall: .example)
        let request = UpstreamRequest(
            exchange: 1, method: "GET", target: "/", fields: FieldBlock([("Host", host)]))
        let plan = upstream.decide(request, at: .zero)
        let body = upstream.render(plan, for: request, at: .zero).body
        #expect(String(decoding: body, as: UTF8.self) == "port \(port)")
    }

    @Test func `a value from a request cannot begin a field`() {
        let field = FieldTemplate(name: Template("X-Echo"), value: Self.template(.placeholder(.query("q"))))
        #expect(lines(render(ResponseTemplate(status: 200, fields: [field])))[1] == "X-Echo: a b  ")
    }

    @Test func `bytes that are no UTF-8 do not break a JSON body`() {
        let route = Route(
            "GET /{x}",
            Reply(
                content: .literal(
                    ResponseTemplate(status: 200, body: .json(Self.template(.placeholder(.path("x"))))))))
        var upstream = Upstream(fixture: .routed([route]), wall: .example)
        let request = UpstreamRequest(method: "GET", target: "/%ff")
        let plan = upstream.decide(request, at: .zero)
        #expect(upstream.render(plan, for: request, at: .zero).body == Array("\u{FFFD}".utf8))
    }

    @Test func `identifiers differ from exchange to exchange and follow from the seed`() {
        let body = BodyTemplate.text(Self.template(.placeholder(.id)))
        var fixture = Fixture.scripted([Reply(content: .literal(ResponseTemplate(status: 200, body: body)))])
        func identifiers(_ seed: UInt64) -> [String] {
            fixture.seed = seed
            var upstream = Upstream(fixture: fixture, wall: .example)
            return (1...1000 as ClosedRange<UInt64>).map { number in
                let request = UpstreamRequest(exchange: number, method: "GET", target: "/")
                let plan = upstream.decide(request, at: .zero)
                return String(decoding: upstream.render(plan, for: request, at: .zero).body, as: UTF8.self)
            }
        }
        let first = identifiers(1)
        #expect(Set(first).count == 1000)
        #expect(first.allSatisfy { $0.utf8.count == 24 && $0.allSatisfy(\.isHexDigit) })
        #expect(identifiers(1) == first)
        #expect(Set(identifiers(2)).isDisjoint(with: first))
    }

    // MARK: Fields

    @Test func `a body brings its type unless the response names one`() {
        let named = FieldTemplate(name: Template("content-type"), value: Template("application/problem+json"))
        let bodies: [(BodyTemplate, [FieldTemplate], [String])] = [
            (.none, [], []),
            (.text(Template("a")), [], ["Content-Type: text/plain; charset=utf-8"]),
            (.json(Template("1")), [], ["Content-Type: application/json"]),
            (.json(Template("1")), [named], ["content-type: application/problem+json"]),
            (.bytes([0xFF], contentType: "image/png"), [], ["Content-Type: image/png"]),
        ]
        for (body, fields, expected) in bodies {
            let reply = render(ResponseTemplate(status: 200, fields: fields, body: body))
            #expect(lines(reply) == ["Date: Sun, 06 Nov 1994 08:49:38 GMT"] + expected)
        }
    }

    @Test func `a Date of the response's own is the only one`() {
        let date = FieldTemplate(name: Template("Date"), value: Template("yesterday"))
        #expect(lines(render(ResponseTemplate(status: 200, fields: [date]))) == ["Date: yesterday"])
    }

    @Test func `a success keeps what its override does not name`() {
        var fixture = Fixture.scripted([
            Reply(
                content: .success(
                    overriding: ResponseOverride(
                        status: 201, fields: [FieldTemplate(name: Template("x-a"), value: Template("new"))],
                        body: .json(Template("{}")))))
        ])
        fixture.success = ResponseTemplate(
            status: 200,
            fields: [("X-A", "old"), ("X-B", "kept"), ("Content-Type", "text/csv")].map {
                FieldTemplate(name: Template($0), value: Template($1))
            }, body: .text(Template("a,b")))
        var upstream = Upstream(fixture: fixture, wall: .example)
        let plan = upstream.decide(request, at: .zero)
        let reply = upstream.render(plan, for: request, at: .zero)
        #expect(reply.status == 201)
        #expect(
            lines(reply) == [
                "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Content-Type: application/json", "X-B: kept", "x-a: new",
            ])
        #expect(reply.body == Array("{}".utf8))
    }

    // MARK: Announcements

    private func announcing(_ limits: [LimitDefinition], _ replies: [Reply]) -> Upstream {
        func announcement(
            _ occasion: Dialect.Occasion, _ name: String, _ property: LimitProperty, _ format: ValueFormat
        )
            -> Dialect.Announcement
        {
            Dialect.Announcement(
                occasion: occasion, forEachLimit: false,
                field: FieldTemplate(
                    name: Template(name), value: Self.template(.placeholder(.limit(property, format)))))
        }
        let each = Dialect.Announcement(
            occasion: .always, forEachLimit: true,
            field: FieldTemplate(
                name: Self.template(.literal(Array("x-remaining-".utf8)), .placeholder(.limit(.name, .plain))),
                value: Self.template(.placeholder(.limit(.remaining, .plain)))))
        let dialect = Dialect(
            name: "d", title: "D",
            announcements: [
                each, announcement(.always, "X-Tightest", .name, .plain),
                announcement(.success, "X-Used", .used, .plain),
                announcement(.refusal, "X-Reset", .reset, .goDuration),
            ],
            refusals: [
                .init(
                    limit: "tokens", response: ResponseTemplate(status: 413),
                    hint: Dialect.Hint(field: "retry-after-ms", format: .milliseconds)),
                .init(
                    response: ResponseTemplate(
                        status: 429,
                        body: .text(
                            Self.template(
                                .placeholder(.limit(.name, .plain)), .literal([0x20]),
                                .placeholder(.limit(.capacity, .plain)), .literal([0x20]),
                                .placeholder(.limit(.cost, .plain)), .literal([0x20]),
                                .placeholder(.limit(.window, .plain)), .literal([0x20]),
                                .placeholder(.limit(.retry, .milliseconds)))))),
            ])
        return Upstream(fixture: .scripted(replies, limits: limits, dialect: dialect), wall: .example)
    }

    private func limit(_ name: String, _ quota: Int64, _ seconds: Int64, cost: Int64 = 1) -> LimitDefinition {
        LimitDefinition(
            name: name, policy: .fixedWindow(quota: quota, window: .seconds(seconds), start: .firstRequest),
            cost: .constant(cost))
    }

    /// The fields after Date and Content-Type, of requests one second apart.
    private func announced(_ upstream: inout Upstream, _ count: Int) -> [[String]] {
        (0..<count).map { second in
            let now = Instant.seconds(Int64(second))
            let plan = upstream.decide(request, at: now)
            return lines(upstream.render(plan, for: request, at: now))
                .filter { !$0.hasPrefix("Date:") && !$0.hasPrefix("Content-Type:") }
        }
    }

    @Test func `limits are announced by occasion, each or the tightest`() {
        var upstream = announcing([limit("requests", 2, 60), limit("tokens", 30, 3600, cost: 10)], [.ok])
        #expect(
            announced(&upstream, 3) == [
                ["x-remaining-requests: 1", "x-remaining-tokens: 20", "X-Tightest: requests", "X-Used: 1"],
                ["x-remaining-requests: 0", "x-remaining-tokens: 10", "X-Tightest: requests", "X-Used: 2"],
                [
                    "x-remaining-requests: 0", "x-remaining-tokens: 10", "X-Tightest: requests", "X-Reset: 58s",
                    "Retry-After: 58",
                ],
            ])
    }

    @Test func `the limit that refused chooses the refusal and fills it in`() {
        var tokens = announcing([limit("requests", 9, 60), limit("tokens", 10, 3600, cost: 10)], [.ok])
        #expect(announced(&tokens, 2)[1].last == "retry-after-ms: 3599000")
        var requests = announcing([limit("requests", 1, 90), limit("tokens", 100, 3600)], [.ok])
        _ = requests.decide(request, at: .zero)
        let plan = requests.decide(request, at: .zero)
        let body = requests.render(plan, for: request, at: .zero + .milliseconds(1)).body
        #expect(String(decoding: body, as: UTF8.self) == "requests 1 1 90 89999")
    }

    @Test func `a scripted refusal speaks for the limit that it names`() {
        let scripted = Reply(content: .refusal(limit: "tokens"), retryAfter: .seconds(.milliseconds(1500)))
        var upstream = announcing([limit("requests", 9, 60)], [scripted])
        let plan = upstream.decide(request, at: .zero)
        #expect(plan.status == 413)
        #expect(upstream.render(plan, for: request, at: .zero).fields["retry-after-ms"] == "1500")
    }

    @Test func `a scripted refusal without a limit pretends one of one call`() {
        let scripted = Reply(content: .refusal(limit: "requests"), retryAfter: .seconds(.milliseconds(1500)))
        var upstream = announcing([], [scripted])
        let plan = upstream.decide(request, at: .zero)
        let body = upstream.render(plan, for: request, at: .zero).body
        #expect(String(decoding: body, as: UTF8.self) == "requests 1 1 2 1500")
    }

    @Test func `literal replies have announcements too, but none twice and none without limits`() {
        let own = ResponseTemplate(
            status: 503, fields: [FieldTemplate(name: Template("x-tightest"), value: Template("mine"))])
        var limited = announcing([limit("requests", 2, 60)], [Reply(content: .literal(own))])
        #expect(announced(&limited, 1) == [["x-tightest: mine", "x-remaining-requests: 1"]])
        var unlimited = announcing([], [.ok])
        #expect(announced(&unlimited, 1) == [[]])
    }

    @Test func `an announcement without a value is left out`() {
        var upstream = announcing([limit("requests", 1, 60, cost: 2)], [.ok])
        let plan = upstream.decide(request, at: .zero)
        let reply = upstream.render(plan, for: request, at: .zero)
        // No instant opens it: the wait is in neither field nor body.
        #expect(reply.fields["Retry-After"] == nil)
        #expect(String(decoding: reply.body, as: UTF8.self) == "requests 1 2 60 ")
    }
}
