import Fixtures
import TestSupport
import Testing

struct TemplateTests {
    private func segments(_ text: String) throws -> [Template.Segment] {
        let fixture = try Fixture.parsed(
            "routes: [ { match: 'GET /models/{model}', reply: { status: 200, text: '\(text)' } } ]")
        guard case .literal(let response) = fixture.routes[0].replies[0].content,
            case .text(let template) = response.body
        else { return [] }
        return template.segments
    }

    @Test(arguments: [
        ("{{path.model}}", Placeholder.path("model")), ("{{query.q}}", .query("q")),
        ("{{ header.User-Agent }}", .header("User-Agent")), ("{{json/a/b}}", .json(pointer: ["a", "b"])),
        ("{{attempt}}", .attempt), ("{{id}}", .id), ("{{now}}", .now(.rfc3339)),
        ("{{now | epoch-seconds}}", .now(.epochSeconds)), ("{{now|imf-fixdate}}", .now(.imfFixdate)),
        ("{{now + 3s | epoch-seconds}}", .now(.epochSeconds, ahead: .seconds(3))),
        ("{{now - 1m}}", .now(.rfc3339, ahead: .seconds(-60))),
    ]) func `knows a closed list of names`(text: String, placeholder: Placeholder) throws {
        #expect(try segments(text) == [.placeholder(placeholder)])
    }

    @Test func `keeps the text around placeholders, single braces included`() throws {
        #expect(
            try segments("a {b} {{id}}{{id}}} }}") == [
                .literal(Array("a {b} ".utf8)), .placeholder(.id), .placeholder(.id), .literal(Array("} }}".utf8)),
            ])
    }

    @Test func `marks the name inside the text`() {
        let text = "routes:\n  - match: GET /\n    reply: { status: 200, text: \"é {{id}} {{ pth.id }}\" }\n"
        let diagnostics = FixtureLoader.shipped().load(Array(text.utf8), file: "x.yaml").diagnostics
        #expect(diagnostics.map { [$0.line, $0.column, $0.endColumn] } == [[3, 46, 52]])
    }
}
