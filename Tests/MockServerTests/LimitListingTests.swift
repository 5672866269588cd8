import Fixtures
import HTTPSemantics
import Journal
import TestSupport
import Testing

@testable import MockServer

/// `GET /v1/lanes/{name}/limits`.
@Suite(.timeLimit(.minutes(10)))
struct LimitListingTests {
    private static let order =
        #"{"name": "a", "fixture": "name: one\ncaller: header Authorization\nlimits:\n  requests: { quota: 60/1m, "#
        + #"algorithm: token-bucket, burst: 2 }\n  parallel: { concurrent: 3 }\n"#
        + #"routes: [ { match: GET /, limits: [requests, parallel], reply: { success: {} } } ]"}"#

    @Test func `shows definitions, keys and both instants, and no secret`() async throws {
        try await withControl(clock: .manual) { client, server in
            #expect(try await client.post("/v1/lanes", Self.order).status == 201)
            let lane = try #require(await server.lane(named: "a"))
            for _ in 1...3 {
                let upstream = try RawClient(port: lane.port)
                try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n\r\n")
                _ = try await upstream.response()
            }
            let exchanges = await lane.exchanges(ended: 3)
            let redacted = try #require(exchanges.first?.arrival.fields["Authorization"])
            #expect(redacted.hasPrefix("redacted:"))
            let shown = try await client.get("/v1/lanes/a/limits")
            #expect(shown.status == 200)
            #expect(!shown.text.contains("s3cret"))
            let (one, two) = (lane.wall.rfc3339(.seconds(1)), lane.wall.rfc3339(.seconds(2)))
            let zero = lane.wall.rfc3339(.zero)
            #expect(
                shown.text == #"{"lane":"a","now":0.0,"time":"\#(zero)","limits":["#
                    + #"{"name":"requests","algorithm":"token-bucket","quota":60,"window":"1m","burst":2,"queue":0,"#
                    + #""capacity":2,"cost":"1","caller":"header Authorization","tracked":1,"total":1,"keys":["#
                    + #"{"key":{"header Authorization":"\#(redacted)"},"used":2,"remaining":0,"cost":1,"#
                    + #""retryAt":{"at":1.0,"time":"\#(one)"},"resetAt":{"at":2.0,"time":"\#(two)"},"blockedBy":null}]},"#
                    + #"{"name":"parallel","algorithm":"concurrent","capacity":3,"cost":"1","#
                    + #""caller":"header Authorization","tracked":0,"total":0,"keys":[]}]}"# + "\n")
        }
    }

    @Test func `lists as many keys as asked for`() async throws {
        try await withControl(clock: .manual) { client, server in
            #expect(try await client.post("/v1/lanes", Self.order).status == 201)
            let lane = try #require(await server.lane(named: "a"))
            for number in 1...3 {
                let upstream = try RawClient(port: lane.port)
                try await upstream.send("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: \(number)\r\n\r\n")
                _ = try await upstream.response()
            }
            let shown = try await client.get("/v1/lanes/a/limits?keys=1")
            #expect(shown.text.contains(#""tracked":3,"total":3,"keys":[{"#))
            #expect(shown.text.split(separator: #""used":"#).count == 2)
            for wrong in ["keys=-1", "keys=1001", "keys=x"] {
                #expect(try await client.get("/v1/lanes/a/limits?\(wrong)").status == 400)
            }
            #expect(try await client.get("/v1/lanes/b/limits").status == 404)
        }
    }
}

extension WallLine {
    /// In milliseconds, rounded up.
    fileprivate func rfc3339(_ instant: Instant) -> String {
        RFC3339.format(time(at: instant) + .nanoseconds(999_999), decimals: 3)
    }
}
