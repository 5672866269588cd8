import Fixtures
import Grading
import HTTPSemantics
import Journal
import TestSupport
import Testing

@testable import MockServer

/// One after the other: a server for each of a hundred cases at once would make every one of them late.
@Suite(.timeLimit(.minutes(10)), .serialized)
struct ControlAPITests {
    // MARK: What it does

    @Test func `makes, shows, resets and ends lanes`() async throws {
        try await withControl { client, server in
            let made = try await client.post(
                "/v1/lanes",
                #"{"fixture": "name: one\nroutes: [ { match: GET /, reply: { status: 201 } } ]", "name": "mine"}"#)
            #expect(made.status == 201)
            let lane = try #require(await server.lanes().first)
            #expect(made.text == #"{"name":"mine","fixture":"one","url":"\#(lane.url)"}"# + "\n")
            let upstream = try RawClient(port: lane.port)
            try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await upstream.response().status == 201)
            #expect(try await client.get("/v1/lanes/mine").text.hasPrefix(made.text.dropLast(2)))
            #expect(try await client.get("/v1/lanes").text == #"{"lanes":[\#(made.text.dropLast())]}"# + "\n")
            _ = await lane.events(4)
            #expect(try await client.post("/v1/lanes/mine/reset").status == 204)
            #expect(await lane.events(0).isEmpty)
            #expect(try await client.send("DELETE", "/v1/lanes/mine").status == 204)
            #expect(try await client.get("/v1/lanes/mine").status == 404)
        }
    }

    @Test func `takes a fixture as an object, with parameters and a seed`() async throws {
        try await withControl { client, server in
            let body = #"""
                {"fixture": {"name": "two", "parameters": {"wait": "2s"},
                 "routes": [{"match": "GET /", "reply": {"refusal": {"retry-after": "$wait"}}}]},
                 "parameters": {"wait": "7s"}, "seed": 42}
                """#
            #expect(try await client.post("/v1/lanes", body).status == 201)
            let lane = try #require(await server.lanes().first)
            #expect(lane.journalHeader.seed == 42)
            let upstream = try RawClient(port: lane.port)
            try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await upstream.response()["Retry-After"] == "7")
        }
    }

    @Test func `gives the journal as lines, waits for more, and says where to read on`() async throws {
        try await withControl { client, server in
            let lane = try await server.addLane(.scripted([.ok]), name: "a")
            let first = try await client.get("/v1/lanes/a/journal")
            #expect(first["Content-Type"] == "application/x-ndjson")
            let next = try #require(first["Retrograde-Next"])
            async let waited = client.another().get("/v1/lanes/a/journal?since=\(next)&wait=30s")
            let upstream = try RawClient(port: lane.port)
            try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await waited.text.contains(#""event":"#))
            _ = await lane.events(4)
            let whole = Recording(try await client.get("/v1/lanes/a/journal").body)
            #expect(whole.problems.isEmpty)
            #expect(whole.header == lane.journalHeader)
            // What comes after the header line and what is read on from somewhere make one file.
            let later = try await client.get("/v1/lanes/a/journal?since=1").body
            let rest = Recording(Array(first.body.prefix { $0 != UInt8(ascii: "\n") }) + "\n".utf8 + later)
            #expect(rest.problems.isEmpty)
            #expect(rest.entries.first?.number == 1)
        }
    }

    @Test func `judges what the fixture expects, and waits while evidence is missing`() async throws {
        let rule = Rule.counting(id: "XX-01", atLeast: 2)
        try await withControl(rules: [rule]) { client, server in
            var fixture = Fixture.scripted([.ok])
            fixture.expectations = [Expectation(rule: "XX-01"), Expectation(rule: "ZZ-99")]
            let lane = try await server.addLane(fixture, name: "a")
            let early = try await client.get("/v1/lanes/a/verdict")
            #expect(early.text.contains(#""id":"XX-01","verdict":"inconclusive","level":"should""#))
            #expect(early.text.contains(#""id":"ZZ-99","verdict":"not-applicable","level":null"#))
            async let waited = client.another().get("/v1/lanes/a/verdict?wait=30s")
            let upstream = try RawClient(port: lane.port)
            for _ in 1...2 {
                try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await upstream.response()
            }
            #expect(try await waited.text.contains(#""id":"XX-01","verdict":"pass""#))
        }
    }

    @Test func `asks the program to end once the answer has left`() async throws {
        let (asked, ask) = AsyncStream<Bool>.makeStream()
        let onShutdown: @Sendable () -> Void = { ask.yield(true) }
        try await withControl(onShutdown: onShutdown) { client, _ in
            let response = try await client.post("/v1/shutdown")
            #expect(response.status == 202)
            #expect(await asked.first { $0 } == true)
        }
    }

    @Test func `health is what retrograde health asks`() async throws {
        try await withControl { client, server in
            #expect(try await client.get("/v1/health").text.hasPrefix(#"{"status":"ok","uptime":"#))
            let url = try #require(server.controlURL)
            for (url, isHealthy) in [
                (url, true), (url + "/v1/health", true), (url + "/v1/nothing", false), ("https://127.0.0.1:1", false),
            ] {
                // It blocks, so it has a thread of its own here.
                let failure = try await onThread {
                    do throws(HealthProbe.Failure) {
                        try HealthProbe.check(url, patience: 20)
                        return String?.none
                    } catch { return error.reason }
                }
                #expect((failure == nil) == isHealthy)
            }
        }
    }

    @Test func `shows the clock of a lane, what its scripts have left, and its effects`() async throws {
        try await withControl { client, server in
            let fixture = Fixture.scripted([.refused(2), .ok])
            let lane = try await server.addLane(fixture, name: "a", clock: .manual)
            let upstream = try RawClient(port: lane.port)
            for _ in 1...4 {
                try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await upstream.response()
            }
            let shown = try await client.get("/v1/lanes/a").text
            #expect(shown.contains(#""clock":"manual","scripts":[{"route":"* /*","scripted":2,"consumed":2}],"#))
            #expect(shown.contains(#""effects":[{"route":"* /*","effects":2}]"#))
        }
    }

    @Test func `shows a clock and moves it`() async throws {
        try await withControl { client, server in
            _ = try await server.addLane(.scripted([.ok]), name: "by-hand", clock: .manual)
            let real = try await server.addLane(.scripted([.ok]), name: "real")
            let begun = try await client.get("/v1/lanes/by-hand/clock")
            #expect(begun.text.hasPrefix(#"{"clock":"manual","now":0.0,"time":""#))
            let moved = try await client.post("/v1/lanes/by-hand/clock", #"{"advance": "1h30m"}"#)
            #expect(moved.status == 200)
            #expect(moved.text.hasPrefix(#"{"clock":"manual","now":5400.0,"time":""#))
            #expect(try await client.get("/v1/lanes/real/clock").text.hasPrefix(#"{"clock":"real","now":"#))
            let refused = try await client.post("/v1/lanes/real/clock", #"{"advance": "1s"}"#)
            #expect(refused.status == 409)
            #expect(refused.text.contains("clock-is-real"))
            #expect(real.clock == .real)
        }
    }

    @Test(arguments: [
        "{}", #"{"advance": 60}"#, #"{"advance": "60"}"#, #"{"advance": "-1s"}"#, #"{"advance": "99999d"}"#,
        #"{"advance": "1s", "to": "2s"}"#, "[]", "{",
    ])
    func `says what is wrong with an advance, and moves nothing`(_ body: String) async throws {
        try await withControl { client, server in
            let lane = try await server.addLane(.scripted([.ok]), name: "a", clock: .manual)
            #expect(try await client.post("/v1/lanes/a/clock", body).status == 400)
            #expect(lane.now() == .zero)
        }
    }

    // MARK: What it refuses

    struct Attack: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var fields = ""
        var host = "127.0.0.1"
        var body: String?
        var contentType: String? = "application/json"
        /// The statuses that refuse it.
        var refusals: Set<Int>
        /// Only routes that take a body are concerned.
        var onlyPost = false
    }

    static let attacks = [
        Attack(testDescription: "a name that was rebound", host: "evil.example", refusals: [421]),
        Attack(testDescription: "a name that only looks local", host: "127.0.0.1.evil.example", refusals: [421]),
        Attack(testDescription: "a web page", fields: "Origin: https://evil.example\r\n", refusals: [403]),
        Attack(testDescription: "a page without an origin", fields: "Origin: null\r\n", refusals: [403]),
        Attack(testDescription: "a form", body: "a=b", contentType: "text/plain", refusals: [415], onlyPost: true),
        Attack(testDescription: "a body without a type", body: "{}", contentType: nil, refusals: [415], onlyPost: true),
        Attack(testDescription: "a huge body", fields: "Content-Length: 99999999\r\n", refusals: [413]),
        Attack(testDescription: "two lengths", fields: "Content-Length: 0\r\nContent-Length: 9\r\n", refusals: [400]),
    ]

    @Test(arguments: attacks, ControlRoute.all.map { "\($0.method) \($0.path)" })
    func `every route is behind the same door`(_ attack: Attack, _ route: String) async throws {
        let parts = route.split(separator: " ")
        guard !attack.onlyPost || ["POST", "PUT"].contains(parts[0]) else { return }
        try await withControl { client, server in
            _ = try await server.addLane(.scripted([.ok]), name: "a")
            let target = parts[1].split(separator: "{name}", omittingEmptySubsequences: false).joined(separator: "a")
            var head = "\(parts[0]) \(target) HTTP/1.1\r\nHost: \(attack.host)\r\n\(attack.fields)"
            if let type = attack.contentType { head += "Content-Type: \(type)\r\n" }
            if let body = attack.body { head += "Content-Length: \(body.utf8.count)\r\n" }
            let response = try await client.raw("\(head)\r\n\(attack.body ?? "")")
            #expect(attack.refusals.contains(response.status))
            #expect(response.text.hasPrefix(#"{"error":{"code":""#))
            #expect(!response.fields.contains { $0.name.lowercased().hasPrefix("access-control") })
            #expect(await server.lanes().map(\.name) == ["a"])
        }
    }

    @Test(arguments: [
        "/", "/v1", "/v2/health", "/v1/lanes/", "/v1/lanes/a/", "/v1/lanes/a/../b", "/v1/lanes/..%2f..%2fetc%2fpasswd",
        "/v1/lanes/%00", "/v1/lanes/%zz", "/v1/lanes/a/journal/x", "//v1/health", "/v1/lanes/nobody",
        "http://127.0.0.1/v1/health", "*",
    ])
    func `what does not exist is 404, as JSON`(_ target: String) async throws {
        try await withControl { client, server in
            let response = try await client.get(target)
            #expect(response.status == 404)
            #expect(response.text.hasPrefix(#"{"error":{"code":""#))
        }
    }

    @Test func `another method is 405 and says which ones there are`() async throws {
        try await withControl { client, server in
            for (method, path, allow) in [
                ("PATCH", "/v1/lanes", "GET, POST"), ("OPTIONS", "/v1/health", "GET"), ("GET", "/v1/shutdown", "POST"),
                ("PATCH", "/v1/lanes/a", "GET, DELETE"), ("PUT", "/metrics", "GET"),
            ] {
                let response = try await client.send(method, path)
                #expect(response.status == 405)
                #expect(response["Allow"] == allow)
            }
        }
    }

    @Test(arguments: [
        ("", "malformed-json"), ("[]", "malformed-json"), ("{", "malformed-json"), ("{} x", "malformed-json"),
        ("{}", "invalid-member"), (#"{"fixture": 5}"#, "invalid-member"), (#"{"fixtures": "x"}"#, "invalid-member"),
        (#"{"fixture": "x", "seed": -1}"#, "invalid-member"), (#"{"fixture": "x", "seed": 1.5}"#, "invalid-member"),
        (#"{"fixture": "x", "name": "../x"}"#, "invalid-member"), (#"{"fixture": "x", "name": ""}"#, "invalid-member"),
        (#"{"fixture": "x", "parameters": {"a": []}}"#, "invalid-member"),
        (#"{"fixture": "routes: 5"}"#, "invalid-fixture"),
        (#"{"fixture": "routes: [ { match: GET /, reply: { status: 200, file: /etc/passwd } } ]"}"#, "invalid-fixture"),
        (#"{"fixture": "routes: [ { match: GET /, reply: { success: {} } } ]", "name": "a"}"#, "name-taken"),
    ])
    func `says what is wrong with the order for a lane`(_ body: String, _ code: String) async throws {
        try await withControl { client, server in
            _ = try await server.addLane(.scripted([.ok]), name: "a")
            let response = try await client.post("/v1/lanes", body)
            #expect((400..<500).contains(response.status))
            #expect(response.text.hasPrefix(#"{"error":{"code":"\#(code)""#))
            #expect(!response.text.contains("root:"))
            #expect(await server.lanes().count == 1)
        }
    }

    @Test(arguments: ["since=-1", "since=x", "wait=5", "wait=1h", "wait=-1s"])
    func `says what is wrong with a parameter`(_ query: String) async throws {
        try await withControl { client, server in
            _ = try await server.addLane(.scripted([.ok]), name: "a")
            let response = try await client.get("/v1/lanes/a/journal?\(query)")
            #expect(response.status == 400)
            #expect(response.text.contains("invalid-parameter"))
        }
    }

    @Test func `a token is demanded of everybody, except for health`() async throws {
        try await withControl(token: "s3cret") { client, _ in
            #expect(try await client.get("/v1/health").status == 200)
            let refused = try await client.get("/v1/lanes")
            #expect(refused.status == 401)
            #expect(refused["WWW-Authenticate"] == "Bearer")
            #expect(try await client.send("GET", "/v1/lanes", "Authorization: Bearer s3crex\r\n").status == 401)
            #expect(try await client.send("GET", "/v1/lanes", "Authorization: Bearer s3cret\r\n").status == 200)
            // What exists is told to nobody outside.
            #expect(try await client.get("/v1/nothing").status == 401)
        }
    }

    @Test func `without a token it does not listen where others could reach it`() {
        let loader = FixtureLoader(dialects: [:], rules: [:]) { _ in .failure(.init(reason: "")) }
        let control = ControlConfiguration(address: "0.0.0.0", loader: loader, rules: [])
        let error = #expect(throws: ServerError.self) { try MockServer(MockServer.Configuration(control: control)) }
        #expect(error?.code == .addressUnusable)
    }
}

extension Rule {
    /// Passes once there were so many requests; before that it lacks evidence.
    fileprivate static func counting(id: String, atLeast count: Int) -> Rule {
        Rule(
            id: id, title: "", requirement: "", level: .should, sources: [], profile: .get, scenarios: [],
            procedure: "", tolerances: "", errorRates: "", next: { _ in .run([]) },
            observe: { observation in
                let seen = observation.exchanges.count
                return Finding(
                    seen < count ? .inconclusive : .pass, expected: "\(count) requests", actual: "\(seen) requests")
            })
    }
}
