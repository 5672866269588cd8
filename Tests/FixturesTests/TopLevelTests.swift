import Fixtures
import TestSupport
import Testing

struct TopLevelTests {
    static let routes = "routes: [ { match: GET /, reply: { success: {} } } ]\n"

    @Test func `has a default for everything but the routes`() throws {
        let fixture = try Fixture.parsed(Self.routes, file: "some/where/chat.v2.yaml")
        #expect(fixture.name == "chat.v2")
        #expect(fixture.dialect.name == "plain")
        #expect(fixture.caller == .everyone)
        #expect(fixture.clockSkew == .zero)
        #expect(fixture.seed == 1)
        #expect(fixture.success == ResponseTemplate(status: 200, body: .json(Template(#"{"ok":true}"#))))
        #expect(fixture.limits.isEmpty && fixture.expectations.isEmpty && fixture.parameters.isEmpty)
    }

    @Test func `reads what stands there`() throws {
        let fixture = try Fixture.parsed(
            """
            name: 2024
            dialect: openai
            caller: query key
            clock: { skew: -1m30s }
            seed: 18446744073709551615
            success: { status: 204 }
            expect: [ RA-01, { AT-01: { most: 6 } }, { BO-01: } ]

            """ + Self.routes, rules: ["RA-01": [], "AT-01": ["most"], "BO-01": []])
        #expect(fixture.name == "2024")
        #expect(fixture.dialect.name == "openai")
        #expect(fixture.caller == .query("key"))
        #expect(fixture.clockSkew == .seconds(-90))
        #expect(fixture.seed == .max)
        #expect(fixture.success == ResponseTemplate(status: 204))
        #expect(
            fixture.expectations == [
                Expectation(rule: "RA-01"), Expectation(rule: "AT-01", settings: ["most": "6"]),
                Expectation(rule: "BO-01"),
            ])
    }

    @Test func `gives way to the caller's dialect and success`() throws {
        let text = Array(("dialect: openai\nsuccess: { status: 201 }\n" + Self.routes).utf8)
        let success = ResponseTemplate(status: 202)
        let outcome = FixtureLoader.shipped().load(text, file: "x.yaml", dialect: "plain", success: success)
        #expect(outcome.fixture?.dialect.name == "plain")
        #expect(outcome.fixture?.success == success)
    }

    @Test func `names a dialect file of one's own, whose errors are shown`() {
        let files = [
            "./mine.yaml": "name: mine\nrefusals: [ { status: 503, hint: none } ]",
            "./bad.yaml": "name: mine\nrefusals: [ { sttus: 503 } ]",
        ]
        let loader = FixtureLoader(dialects: [:], rules: [:]) { path in
            files[path].map { .success(Array($0.utf8)) } ?? .failure(.init(reason: "does not exist"))
        }
        let good = loader.load(Array(("dialect: ./mine.yaml\n" + Self.routes).utf8), file: "x.yaml")
        #expect(
            good.fixture?.dialect.refusals == [
                Dialect.Refusal(response: ResponseTemplate(status: 503), hint: Dialect.Hint(field: nil))
            ])
        let bad = loader.load(Array(("dialect: ./bad.yaml\n" + Self.routes).utf8), file: "x.yaml")
        #expect(bad.fixture == nil)
        #expect(
            bad.diagnostics.map { "\($0.file):\($0.line):\($0.column): \($0.message)" } == [
                "x.yaml:1:10: the dialect \"./bad.yaml\" has errors",
                "./bad.yaml:2:15: unknown key \"sttus\"; did you mean \"status\"?",
            ])
    }

    @Test(arguments: ["\u{FEFF}", "%YAML 1.1\n---\n", "---\n", "# a comment\n\n"])
    func `begins as YAML files begin`(prefix: String) throws {
        #expect(try Fixture.parsed(prefix + Self.routes).routes.count == 1)
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func `counts lines of every kind`(end: String) {
        let text = ["# one", "# two", "nme: x", "routes: []"].joined(separator: end)
        let diagnostics = FixtureLoader.shipped().load(Array(text.utf8), file: "x.yaml").diagnostics
        #expect(diagnostics.map { [$0.line, $0.column] } == [[3, 1], [4, 9]])
        #expect(diagnostics.first?.sourceLine == "nme: x")
    }

    @Test func `shows diagnostics in the order of the text`() {
        let text = "seed: x\nname: [1]\nlimits: []\nroutes: {}\nclock: 1\nexpect: [Q]\n"
        let lines = FixtureLoader.shipped().load(Array(text.utf8), file: "x.yaml").diagnostics.map(\.line)
        #expect(lines == [1, 2, 3, 4, 5, 6])
    }
}
