import Fixtures
import HTTPSemantics
import TestSupport
import Testing

@testable import Upstream

/// Parts of a body (RFC 9110 sections 13 and 14).
struct RangeTests {
    private let tag = StaticFiles.File.entityTag(of: Array("0123456789".utf8))

    private func answer(_ fields: [(String, String)], method: String = "GET") throws -> RenderedReply {
        let fixture = try Fixture.parsed(
            "routes: [ { match: '* /*', reply: { status: 200, text: '0123456789', ranges: true } } ]")
        var upstream = Upstream(fixture: fixture, wall: .example)
        let request = UpstreamRequest(method: method, target: "/", fields: FieldBlock(fields))
        return upstream.render(upstream.decide(request, at: .zero), for: request, at: .zero)
    }

    struct Case: CustomTestStringConvertible {
        var range: String
        var status: Int
        var body: String
        var contentRange: String?
        var testDescription: String { range }
    }

    @Test(arguments: [
        Case(range: "bytes=0-3", status: 206, body: "0123", contentRange: "bytes 0-3/10"),
        Case(range: "bytes=4-", status: 206, body: "456789", contentRange: "bytes 4-9/10"),
        Case(range: "bytes=-3", status: 206, body: "789", contentRange: "bytes 7-9/10"),
        Case(range: "bytes=-30", status: 206, body: "0123456789", contentRange: "bytes 0-9/10"),
        Case(range: "BYTES=9-99999999999999999999999", status: 206, body: "9", contentRange: "bytes 9-9/10"),
        Case(range: "bytes=10-", status: 416, body: "", contentRange: "bytes */10"),
        Case(range: "bytes=-0", status: 416, body: "", contentRange: "bytes */10"),
        Case(range: "bytes=99999999999999999999999-", status: 416, body: "", contentRange: "bytes */10"),
        Case(range: "bytes=3-2", status: 200, body: "0123456789"),
        Case(range: "bytes=0-1,4-5", status: 200, body: "0123456789"),
        Case(range: "lines=0-1", status: 200, body: "0123456789"),
        Case(range: "bytes=-", status: 200, body: "0123456789"),
        Case(range: "bytes=a-b", status: 200, body: "0123456789"),
    ])
    func `gives the part that is asked for, or the whole`(_ one: Case) throws {
        let reply = try answer([("Range", one.range)])
        #expect(reply.status == one.status)
        #expect(String(decoding: reply.body, as: UTF8.self) == one.body)
        #expect(reply.fields.values(of: "Content-Range") == (one.contentRange.map { [$0] } ?? []))
        #expect(reply.fields.values(of: "Accept-Ranges") == ["bytes"])
        #expect(reply.fields.values(of: "ETag") == [tag])
    }

    @Test func `a body that has changed is sent whole, a body that is known not at all`() throws {
        let range = ("Range", "bytes=4-")
        #expect(try answer([range, ("If-Range", tag)]).status == 206)
        #expect(try answer([range, ("If-Range", "\"other\"")]).status == 200)
        #expect(try answer([range, ("If-Range", "Sun, 06 Nov 1994 08:49:37 GMT")]).status == 200)
        for known in [tag, "\"other\", W/\(tag)", "*"] {
            let reply = try answer([("If-None-Match", known)])
            #expect(reply.status == 304 && reply.body.isEmpty)
        }
        #expect(try answer([("If-None-Match", "\"other\"")]).status == 200)
    }

    @Test func `only GET asks for parts`() throws {
        for method in ["HEAD", "POST"] {
            let reply = try answer([("Range", "bytes=0-3")], method: method)
            #expect(reply.status == 200 && reply.body.count == 10)
        }
        #expect(try answer([("Range", "bytes=0-3")], method: "POST").fields.values(of: "ETag").isEmpty)
    }
}
