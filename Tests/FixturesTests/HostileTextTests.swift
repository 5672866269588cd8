import Fixtures
import TestSupport
import Testing

/// Texts that are made to take long: each is refused while it is still cheap.
struct HostileTextTests {
    struct Hostile: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var text: String
        var says: String
    }

    static let texts = [
        Hostile(
            testDescription: "a megabyte of open brackets", text: String(repeating: "[", count: 1_000_000),
            says: "nested deeper than 64 levels"),
        Hostile(
            testDescription: "a megabyte of open mappings", text: String(repeating: "{a: ", count: 260_000),
            says: "nested deeper than 64 levels"),
        Hostile(
            testDescription: "a staircase of lists", text: String(repeating: "- ", count: 500_000),
            says: "nested deeper than 64 levels"),
        Hostile(
            testDescription: "half a million values", text: "[" + String(repeating: "a,", count: 500_000) + "]",
            says: "more than 50000 values in one file"),
        Hostile(
            testDescription: "more than a megabyte", text: "name: " + String(repeating: "a", count: 1 << 20),
            says: "the file is larger than 1 MiB"),
        Hostile(
            testDescription: "aliases of aliases",
            text: "a: &a [x]\n" + (1...60).map { "k\($0): &k\($0) [*a, *a, *a]\n" }.joined(),
            says: "\"&a\" is an anchor in YAML, and anchors are not supported; quote text that begins with \"&\""),
        Hostile(
            testDescription: "twenty thousand unknown keys",
            text: (0..<20_000).map { "k\($0): 1\n" }.joined(), says: "19901 more diagnostics are not shown"),
        Hostile(
            testDescription: "a megabyte of control characters", text: String(repeating: "\u{1}", count: 1_000_000),
            says: "control character U+0001 is not allowed here"),
        Hostile(
            testDescription: "a line of ten thousand mistakes",
            text: "routes: [" + String(repeating: "{ a: 1 }, ", count: 10_000) + "]",
            says: "unknown key \"a\"; a route takes match, limits, reply, replies, then and script-per"),
        Hostile(
            testDescription: "ten thousand open placeholders",
            text: "routes: [ { match: GET /, reply: { status: 200, text: \""
                + String(repeating: "{{", count: 10_000) + "\" } } ]",
            says: "a placeholder is not closed: \"}}\" is missing"),
        Hostile(
            testDescription: "a thousand routes and a very long name",
            text: "name: \"" + String(repeating: "a", count: 500_000) + "\"\nroutes:\n"
                + (0..<1000).map { "  - { match: GET /\($0), reply: { success: {} } }\n" }.joined(),
            says: "a name is one line of at most 200 characters"),
    ]

    @Test(.timeLimit(.minutes(10)), arguments: texts)
    func `is refused in time`(hostile: Hostile) {
        let outcome = FixtureLoader.shipped().load(Array(hostile.text.utf8), file: "hostile.yaml")
        #expect(outcome.fixture == nil)
        #expect(outcome.diagnostics.count <= 101)
        #expect(outcome.diagnostics.contains { $0.message == hostile.says })
        let length = outcome.diagnostics.map { $0.rendered(colour: true).utf8.count }.reduce(0, +)
        #expect(length < 100_000, "diagnostics quote an excerpt, however long the line is")
    }
}
