import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// `grade --suite DIR`: scenarios of one's own.
@Suite(.timeLimit(.minutes(10))) struct OwnSuiteTests {
    static let refusing = """
        name: one refusal
        routes:
          - match: "* /*"
            replies:
              - { times: 1, status: 429, retry-after: 1s }
              - { success: {} }
        expect: [ RA-01, { AT-01: { most: 2 } } ]
        """
    static let failing = """
        name: down
        routes:
          - match: "* /*"
            reply: { status: 503 }
        expect: [ { AT-01: { most: 2 } } ]
        """

    private struct Report: Decodable {
        struct Entry: Decodable {
            var id: String
            var verdict: String
            var actual: String
            var evidence: [Line]
        }
        struct Line: Decodable { var text: String }
        var suite: String
        var verdicts: [Entry]
    }

    private func grade(_ folder: TemporaryFolder, _ arguments: String...) async -> CommandRun {
        await CommandRun.retrograde(
            ["grade", "--suite", folder.path] + arguments, environment: ["PATH": "/usr/bin:/bin"])
    }

    @Test func `judges the rules that the scenarios name, on runs of those scenarios`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.refusing, to: "refusing.yaml")
        _ = try folder.write(Self.failing, to: "failing.yaml")
        let junit = "\(folder.path)/out.xml"
        let run = await grade(
            folder, "--json", "--junit", junit, "--", "curl", "-sSf", "--retry", "2", "--retry-delay", "1", "{url}")
        #expect(run.code == 1, "\(run.diagnostics)")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.suite == folder.path)
        #expect(report.verdicts.map(\.id) == ["AT-01", "RA-01"])
        #expect(report.verdicts[0].verdict == "fail")
        // A machine that is busy may leave it open, but never the contrary.
        #expect(["pass", "inconclusive"].contains(report.verdicts[1].verdict), "\(report.verdicts[1].actual)")
        #expect(
            report.verdicts[0].actual
                == "failing.yaml, run 1: one call became 3 requests at most (and 2 runs alike)")
        #expect(report.verdicts[1].evidence.count == 3)
        #expect(report.verdicts[1].evidence[0].text.hasPrefix("refusing.yaml, run 1: GET /, attempt 1 → 2: asked 1.0"))
        let xml = try String(decoding: Data(contentsOf: URL(filePath: junit)), as: UTF8.self)
        #expect(xml.contains("file=\"\(folder.path)/refusing.yaml\" line=\"1\""))
    }

    @Test func `says that no route takes what the client sends`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(
            "name: items\nroutes: [ { match: GET /items, reply: { status: 503 } } ]\nexpect: [ AT-01 ]",
            to: "items.yaml")
        let run = await grade(folder, "--", "curl", "-sS", "{url}")
        #expect(run.output.contains("items.yaml, run 1: no route takes GET / (and 2 runs alike)"))
    }

    @Test func `only some of its rules, or none that it has`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.refusing, to: "refusing.yaml")
        let run = await grade(folder, "--only", "RA-01", "--", "curl", "-sSf", "--retry", "2", "{url}")
        #expect(run.code == 0)
        #expect(!run.output.contains("AT-01"))
        let none = await grade(folder, "--only", "BO-02", "--", "curl", "{url}")
        #expect(none.code == 64)
        #expect(none.diagnostics.contains("no scenario of \(folder.path) expects BO-02; they expect AT-01, RA-01"))
    }

    @Test func `says all that is wrong with a folder at once`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("routes: [ { match: GET /, reply: { status: 200 } } ]", to: "a.yaml")
        _ = try folder.write(
            "parameters: { requests: few }\nroutes: [ { match: GET /, reply: { status: 200 } } ]\nexpect: [ QE-01 ]",
            to: "b.yaml")
        _ = try folder.write("routs: []", to: "c.yaml")
        let run = await grade(folder, "--", "curl", "{url}")
        #expect(run.code == 2)
        for message in [
            "the suite \(folder.path) cannot be used", "a.yaml: error: it expects nothing; name rules that judge",
            "b.yaml: error: QE-01 needs scenarios of its own and judges no journal",
            "b.yaml: error: the parameter requests tells the client how many", "did you mean \"routes\"?",
        ] {
            #expect(run.diagnostics.contains(message), "\(message)\n\(run.diagnostics)")
        }
    }

    @Test func `a folder without scenarios, or none at all`() async throws {
        let folder = try TemporaryFolder()
        let empty = await grade(folder, "--", "curl", "{url}")
        #expect(empty.code == 2)
        #expect(empty.diagnostics.contains("holds no *.yaml, *.yml or *.json"))
        let missing = await CommandRun.retrograde("grade", "--suite", "\(folder.path)/none", "--", "curl", "{url}")
        #expect(missing.code == 64)
        #expect(missing.diagnostics.contains("there are quick, standard, full, or name a folder of scenarios"))
        let recorded = await CommandRun.retrograde("grade", "--suite", folder.path, "--journal", "x.ndjson")
        #expect(recorded.code == 64)
        #expect(recorded.diagnostics.contains("are met by a client; a journal has been recorded"))
    }
}
