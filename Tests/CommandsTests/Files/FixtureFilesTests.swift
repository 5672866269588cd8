import Fixtures
import TestSupport
import Testing

@testable import Commands

struct FixtureFilesTests {
    static let good = "routes: [ { match: GET /, reply: { status: 200, file: body.json } } ]\n"

    @Test func `means the files of a folder, not those of its sub-folders`() throws {
        let folder = try TemporaryFolder()
        for name in ["b.yaml", "a.json", "c.yml", "notes.txt", ".hidden.yaml", "sub/d.yaml"] {
            try folder.write(Self.good, to: name)
        }
        let files = ["a.json", "b.yaml", "c.yml"].map { "\(folder.path)/\($0)" }
        #expect(try FixtureFiles.files(folder.path) == files)
        #expect(try FixtureFiles.files(folder.path + "/") == files)
        #expect(try FixtureFiles.files("\(folder.path)/sub/d.yaml") == ["\(folder.path)/sub/d.yaml"])
        #expect(try FixtureFiles.files("-") == ["-"])
    }

    @Test func `says where a folder holds none`() throws {
        let folder = try TemporaryFolder()
        let failure = #expect(throws: Failure.self) { try FixtureFiles.files(folder.path) }
        #expect(failure?.message.contains("holds no *.yaml") == true)
    }

    @Test func `reads the files that a fixture names beside it`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.good, to: "chat.yaml")
        try folder.write("{}", to: "body.json")
        let outcome = try FixtureFiles(rules: [:]).load(path)
        #expect(outcome.diagnostics.isEmpty)
        let response = ResponseTemplate(status: 200, body: .bytes(Array("{}".utf8), contentType: "application/json"))
        #expect(outcome.fixture?.routes[0].replies[0].content == .literal(response))
    }

    @Test func `takes a dialect file in place of the fixture's dialect`() throws {
        let folder = try TemporaryFolder()
        let dialect = try folder.write("name: mine\nrefusals: [ { status: 503 } ]\n", to: "mine.yaml")
        let path = try folder.write("routes: [ { match: GET /, reply: { success: {} } } ]\n", to: "chat.yaml")
        let files = FixtureFiles(rules: [:])
        #expect(try files.load(path, FixtureFiles.Overrides(dialect: dialect)).fixture?.dialect.name == "mine")
        #expect(try files.load(path, FixtureFiles.Overrides(dialect: "openai")).fixture?.dialect.name == "openai")
        let missing = try files.load(path, FixtureFiles.Overrides(dialect: "./missing.yaml"))
        #expect(missing.diagnostics.map(\.message) == ["the dialect does not exist"])
    }

    @Test func `carries the demonstration`() throws {
        let outcome = try FixtureFiles(rules: [:]).embedded("demo.yaml")
        #expect(outcome.diagnostics.isEmpty)
        #expect(outcome.fixture?.name == "the demonstration upstream")
        #expect(throws: Failure.self) { try FixtureFiles(rules: [:]).embedded("missing.yaml") }
    }

    @Test func `reads a success of one's own`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("{ \"status\": 201, \"json\": { \"id\": \"{{id}}\" } }", to: "success.json")
        #expect(try FixtureFiles(rules: [:]).success(path).response?.status == 201)
    }
}
