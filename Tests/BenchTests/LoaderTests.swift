import Testing

@testable import retrograde_bench

@Suite struct LoaderTests {
    static let response = Array("HTTP/1.1 429 Too Many Requests\r\nContent-length: 2\r\nRetry-After: 2\r\n\r\nno".utf8)

    @Test(arguments: 1...70)
    func `finds the end of responses however they are cut`(size: Int) {
        var framing = ResponseFraming()
        let stream = Self.response + Self.response
        var count = 0
        for start in stride(from: 0, to: stream.count, by: size) {
            let piece = Array(stream[start..<min(start + size, stream.count)])
            count += piece.withUnsafeBytes { framing.take($0) }
        }
        #expect(count == 2)
    }

    @Test func `reads what a response says`() throws {
        var framing = ResponseFraming()
        let response = try #require(Self.response.withUnsafeBytes { framing.response(after: $0) })
        #expect(response.status == 429)
        #expect(response.fields.map(\.name) == ["Content-length", "Retry-After"])
        #expect(response.fields.last?.value == "2")
        #expect(response.body == Array("no".utf8))
    }

    @Test func `a template counts keys and stamps the time`() {
        var template = RequestTemplate(target: "/{stamp}", fields: ["Authorization: Bearer key-{key}"], keys: 3)
        template.fill(number: 4) { 1_764_000_000_123_456_789 }
        let text = String(decoding: template.bytes, as: UTF8.self)
        #expect(text.hasPrefix("GET /1764000000123456789 HTTP/1.1\r\n"))
        #expect(text.contains("Authorization: Bearer key-0000001\r\n"))
    }

    @Test func `a key before the stamp moves it`() {
        var template = RequestTemplate(target: "/{key}/{stamp}", fields: [], keys: 10)
        template.fill(number: 7) { 1_764_000_000_123_456_789 }
        #expect(
            String(decoding: template.bytes, as: UTF8.self).hasPrefix("GET /0000007/1764000000123456789 HTTP/1.1\r\n"))
    }

    @Test func `requests are due evenly, with a pause behind each wave`() {
        let template = RequestTemplate(target: "/", fields: [], keys: 1)
        let even = Traffic(connections: 1, rate: 1000, template: template, count: 10)
        #expect((0..<3).map(even.due) == [0, 1_000_000, 2_000_000])
        let waves = Traffic(
            connections: 1, rate: 1000, template: template, wave: Wave(size: 2, pause: 5_000_000), count: 10)
        #expect((0..<5).map(waves.due) == [0, 1_000_000, 7_000_000, 8_000_000, 14_000_000])
        let unpaced = Traffic(connections: 1, rate: nil, template: template, count: 10)
        #expect(unpaced.due(9) == 0)
    }

    @Test func `a report survives its line`() throws {
        let report = try #require(LoadReport("answered 12 errors 1 ns 4000 p50 10 p99 20 max 30 lag 5"))
        #expect(LoadReport(report.text.dropLast())?.text == report.text)
        #expect(LoadReport("nothing") == nil)
    }
}
