import Fixtures
import HTTPSemantics
import Journal
import TestSupport
import Testing

@testable import MockServer

/// What the control API shows of a lane and changes in it while it serves.
@Suite(.timeLimit(.minutes(10)))
struct ControlObservationTests {
    private static let created =
        #"{"name": "a", "fixture": "name: one\nparameters: { n: 1 }\nroutes: [ { match: GET /, replies: "#
        + #"[ { times: $n, status: 503 }, { status: 201 } ] } ]", "parameters": {"n": 2}, "seed": 5}"#

    @Test func `shows the fixture that a lane serves`() async throws {
        try await withControl { client, server in
            #expect(try await client.post("/v1/lanes", Self.created).status == 201)
            let shown = try await client.get("/v1/lanes/a/fixture")
            #expect(shown.status == 200)
            #expect(shown.text.hasPrefix(#"{"name":"one","text":"name: one\nparameters: { n: 1 }\n"#))
            #expect(shown.text.hasSuffix(#","parameters":{"n":"2"},"seed":"5"}"# + "\n"))
            _ = try await server.addLane(.scripted([.ok]), name: "swift")
            #expect(try await client.get("/v1/lanes/swift/fixture").text.contains(#""text":null"#))
        }
    }

    @Test func `replaces a fixture: state afresh, journal kept`() async throws {
        try await withControl { client, server in
            _ = try await client.post("/v1/lanes", Self.created)
            let lane = try #require(await server.lane(named: "a"))
            #expect(try await status(of: lane) == 503)
            let before = await lane.events(4).count
            let order = #"{"fixture": {"name": "two", "routes": [{"match": "GET /", "reply": {"status": 418}}]}}"#
            let replaced = try await client.send("PUT", "/v1/lanes/a/fixture", body: order)
            #expect(replaced.status == 200)
            #expect(replaced.text.hasPrefix(#"{"name":"two","#))
            #expect(try await status(of: lane) == 418)
            #expect(await lane.events(before + 4).count == before + 4)
            #expect(try await client.get("/v1/lanes/a").text.contains(#""fixture":"two""#))
        }
    }

    @Test(arguments: [
        (#"{"fixture": "routes: [ { match: GET /, reply: { statsu: 200 } } ]"}"#, 422, "invalid-fixture"),
        (#"{"fixture": "x", "name": "b"}"#, 400, "invalid-member"), ("{}", 400, "invalid-member"),
    ])
    func `keeps the old fixture when the new one has errors`(_ body: String, _ code: Int, _ name: String) async throws {
        try await withControl { client, server in
            _ = try await client.post("/v1/lanes", Self.created)
            let answer = try await client.send("PUT", "/v1/lanes/a/fixture", body: body)
            #expect(answer.status == code)
            #expect(answer.text.hasPrefix(#"{"error":{"code":"\#(name)""#))
            if code == 422 { #expect(answer.text.contains("did you mean")) }
            let lane = try #require(await server.lane(named: "a"))
            #expect(lane.fixture == "one")
            #expect(try await status(of: lane) == 503)
        }
    }

    @Test func `a reply that waits is sent as it was decided, whatever the lane serves by then`() async throws {
        try await withServer { server in
            var held = Reply.status(201)
            held.hold = Hold(parked: 2, group: "g", atMost: .seconds(30))
            let lane = try await server.addLane(.scripted([.ok, held], ending: .hold))
            #expect(try await status(of: lane) == 200)
            let first = try RawClient(port: lane.port)
            try await first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await lane.events(6)
            // One route and one reply, so the position that was decided exists no more.
            var second = Reply.status(202)
            second.hold = held.hold
            await lane.replaceFixture(.scripted([second]))
            #expect(try await status(of: lane) == 202)
            #expect(try await first.response().status == 201)
        }
    }

    @Test func `counts exchanges by status and source`() async throws {
        try await withControl { client, server in
            _ = try await client.post("/v1/lanes", Self.created)
            let lane = try #require(await server.lane(named: "a"))
            for _ in 1...3 { _ = try await status(of: lane) }
            _ = try await status(of: lane, path: "/nowhere")
            _ = await lane.exchanges(ended: 4)
            let page = try await client.get("/metrics")
            #expect(page["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            for line in [
                "# TYPE retrograde_exchanges_total counter", "retrograde_lanes 1",
                #"retrograde_exchanges_total{lane="a",source="script",status="503"} 2"#,
                #"retrograde_exchanges_total{lane="a",source="script",status="201"} 1"#,
                #"retrograde_exchanges_total{lane="a",source="unmatched",status="404"} 1"#,
                #"retrograde_journal_dropped_total{lane="a"} 0"#, #"retrograde_exchanges_in_flight{lane="a"} 0"#,
            ] {
                #expect(page.text.split(separator: "\n").contains { $0 == line }, "no line \(line) in \(page.text)")
            }
            _ = try await client.post("/v1/lanes/a/reset")
            let later = try await client.get("/metrics").text
            #expect(later.contains(#"source="script",status="503"} 2"#), "a reset turns no counter back")
        }
    }

    @Test func `a lane that nobody uses ends after its time to live`() async throws {
        try await withControl { client, server in
            let order = #"{"ttl": "20ms", "fixture": {"routes": [{"match": "GET /", "reply": {"success": {}}}]}}"#
            let made = try await client.post("/v1/lanes", order)
            #expect(made.status == 201)
            let port = try #require(made.text.split(separator: ":").last.flatMap { UInt16($0.prefix { $0 != "\"" }) })
            // Its end answers all who wait; on a busy machine it has ended before anybody could.
            _ = await server.lanes().first?.journal(since: 0, waitingFor: 1, atMost: .seconds(30))
            #expect(await server.lanes().isEmpty)
            #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
        }
    }

    @Test func `the description names every route, and only those`() async throws {
        try await withControl { client, _ in
            let text = try await client.get("/openapi.json").body
            let described = try OpenAPIRoutes(text).all
            #expect(described == ControlRoute.all.map { "\($0.method) \($0.path)" }.sorted())
        }
    }

    private func status(of lane: Lane, path: String = "/") async throws -> Int {
        let upstream = try RawClient(port: lane.port)
        try await upstream.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        return try await upstream.response().status
    }
}

/// The operations of an OpenAPI document as `GET /v1/health`, sorted.
private struct OpenAPIRoutes {
    var all: [String] = []

    init(_ text: [UInt8]) throws {
        var routes: [String] = []
        var scanner = JSONScanner(text)
        try scanner.object { (scanner, member) throws(JSONSyntaxError) in
            guard String(decoding: member, as: UTF8.self) == "paths" else {
                _ = try scanner.skip()
                return
            }
            try scanner.object { (scanner, path) throws(JSONSyntaxError) in
                try scanner.object { (scanner, key) throws(JSONSyntaxError) in
                    let key = String(decoding: key, as: UTF8.self)
                    if ["get", "put", "post", "delete", "patch"].contains(key) {
                        routes.append("\(key.uppercased()) \(String(decoding: path, as: UTF8.self))")
                    }
                    _ = try scanner.skip()
                }
            }
        }
        try scanner.end()
        all = routes.sorted()
    }
}
