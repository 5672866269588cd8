import Fixtures
import TestSupport
import Testing

struct ParameterTests {
    static let text = """
        parameters: { wait: 2s, failures: 3, word: "7" }
        routes:
          - match: GET /
            replies:
              - { times: $failures, refusal: { retry-after: $wait } }
              - { status: 200, json: [$word, $failures, $$word, "$5", $wait] }
        """

    @Test func `stand where a whole value stands`() throws {
        let fixture = try Fixture.parsed(Self.text)
        #expect(fixture.parameters == ["wait": "2s", "failures": "3", "word": "7"])
        #expect(
            fixture.routes[0].replies == [
                Reply(times: 3, content: .refusal(limit: nil), retryAfter: .seconds(.seconds(2))),
                Reply(
                    content: .literal(
                        ResponseTemplate(status: 200, body: .json(Template(#"["7",3,"$word","$5","2s"]"#))))),
            ])
    }

    @Test func `are changed by the caller`() throws {
        let fixture = try Fixture.parsed(Self.text, parameters: ["wait": "1m", "failures": "5", "word": "x"])
        #expect(fixture.parameters == ["wait": "1m", "failures": "5", "word": "x"])
        #expect(fixture.routes[0].replies[0].retryAfter == .seconds(.seconds(60)))
        #expect(fixture.routes[0].replies[0].times == 5)
    }

    @Test func `switch a step off with 0`() throws {
        #expect(try Fixture.parsed(Self.text, parameters: ["failures": "0"]).routes[0].replies.count == 1)
    }

    @Test(arguments: ["", " 2", "soon", "2, 3", "$x", "-1"])
    func `carry any text into a raw field`(value: String) throws {
        let fixture = try Fixture.parsed(
            "parameters: { hint: x }\nroutes: [ { match: GET /, reply: { status: 429, retry-after: { raw: $hint } } } ]",
            parameters: ["hint": value])
        #expect(fixture.routes[0].replies[0].retryAfter == .raw(value))
    }

    @Test(
        arguments: [
            (["wiat": "2s"], "no parameter \"wiat\" to set; did you mean \"wait\"?", 1, 13),
            (["colour": "red"], "no parameter \"colour\" to set; it has failures, wait and word", 1, 13),
            (["wait": "soon"], nil, 5, 53),
        ] as [([String: String], String?, Int, Int)])
    func `that cannot be set are reported`(values: [String: String], message: String?, line: Int, column: Int) throws {
        let outcome = FixtureLoader.shipped().load(Array(Self.text.utf8), file: "x.yaml", parameters: values)
        let first = try #require(outcome.diagnostics.first)
        #expect(outcome.fixture == nil)
        #expect([first.line, first.column] == [line, column])
        if let message { #expect(first.message == message) }
    }
}
