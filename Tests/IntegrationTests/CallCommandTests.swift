import Fixtures
import FoundationEssentials
import MockServer
import TestSupport
import Testing

/// `retrograde call` against upstreams, as a user meets it.
@Suite(.timeLimit(.minutes(10))) struct CallCommandTests {
    private static func lane<Result>(
        _ fixture: String, _ body: (_ url: String, _ lane: Lane) async throws -> Result
    ) async throws -> Result {
        let fixture = try #require(FixtureLoader.shipped().load(Array(fixture.utf8), file: "call.yaml").fixture)
        return try await withMockUpstream(fixture) { try await body($0.url, $0) }
    }

    private struct Report: Decodable {
        var answered: Bool
        var status: Int?
        var error: String?
        var bodyBytes: Int
        var attempts: [Attempt]

        struct Attempt: Decodable {
            var number: Int
            var started: Double
            var elapsed: Double
            var status: Int?
            var decision: String
            var wait: Double?
            var reason: String?
            var announced: Double?
        }

        init(_ line: String) throws {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            self = try decoder.decode(Report.self, from: Data(line.utf8))
        }
    }

    private static let refusedOnce = """
        routes: [ { match: "* /*", replies: [ { times: 1, status: 429, retry-after: 1s }, { success: {} } ] } ]
        """

    @Test func `the history is a line of JSON`() async throws {
        try await Self.lane(Self.refusedOnce) { url, _ in
            let run = await CommandRun.retrograde("call", "--json", "--quiet", url)
            #expect(run.code == 0)
            #expect(run.diagnostics.isEmpty)
            let report = try Report(run.output)
            #expect(report.answered && report.status == 200 && report.error == nil)
            #expect(report.attempts.map(\.decision) == ["wait", "finish"])
            #expect(report.attempts.map(\.status) == [429, 200])
            #expect(report.attempts[0].reason == "announced")
            #expect(report.attempts[0].announced == 1)
            let first = report.attempts[0]
            #expect(report.attempts[1].started >= first.started + first.elapsed + 1)
        }
    }

    @Test func `many histories are a line each, and the summary is for who watches`() async throws {
        try await Self.lane(Self.refusedOnce) { url, _ in
            let run = await CommandRun.retrograde("call", "--json", "--requests", "5", url)
            let lines = run.output.split(separator: "\n")
            let reports = try lines.map { try Report(String($0)) }
            #expect(reports.count == 5)
            #expect(reports.filter(\.answered).count == 5)
            #expect(run.diagnostics.contains("5 of 5 answered, 6 requests sent"))
        }
    }

    @Test func `verbose tells the fields, and every call's attempts`() async throws {
        try await Self.lane("routes: [ { match: '* /*', reply: { success: {} } } ]") { url, _ in
            let one = await CommandRun.retrograde("call", "--verbose", url)
            #expect(one.diagnostics.contains("200 OK (attempt 1 of 5), took "))
            #expect(one.diagnostics.contains("\n< 200 OK\n< "))
            let many = await CommandRun.retrograde("call", "--verbose", "--requests", "3", url)
            #expect(many.diagnostics.split(separator: "\n").count == 3)
        }
    }

    private static let broken = """
        routes:
          - match: GET /*
            replies:
              - { times: 1, status: 200, text: "TEXT", ranges: true, fault: { after: 4000 B, then: reset } }
              - { status: 200, text: "TEXT", ranges: true }
        """

    @Test func `a body goes into a file, and goes on where it broke off`() async throws {
        let folder = try TemporaryFolder()
        let text = (0..<2000).map { "\($0) " }.joined()
        let parts = Self.broken.split(separator: "TEXT", omittingEmptySubsequences: false)
        let fixture = parts.joined(separator: text)
        try await Self.lane(fixture) { url, lane in
            let path = "\(folder.path)/out.txt"
            let run = await CommandRun.retrograde("call", "--base", "10ms", "--json", "--output", path, url)
            #expect(run.code == 0, "\(run.diagnostics)")
            #expect(try folder.text(of: "out.txt") == text)
            let report = try Report(run.output)
            #expect(report.bodyBytes == text.utf8.count)
            #expect(report.attempts.map(\.status) == [nil, 206])
        }
    }

    @Test func `a file is left alone where nothing comes`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("old", to: "out.txt")
        let run = await CommandRun.retrograde("call", "--attempts", "1", "--output", path, "http://127.0.0.1:1/")
        #expect(run.code == 2)
        #expect(try folder.text(of: "out.txt") == "old")
    }
}
