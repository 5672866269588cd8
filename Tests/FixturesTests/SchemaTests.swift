import TestSupport
import Testing

@testable import Fixtures

/// The JSON Schema that `retrograde schema` prints, held against the decoder's own lists. The schema is read with
/// the fixture reader itself: JSON is YAML.
struct SchemaTests {
    struct Shape: CustomTestStringConvertible, Sendable {
        var definition: String?
        var keys: [String]
        var testDescription: String { definition ?? "the fixture" }

        init<Key: MappingKey>(_ definition: String?, _ key: Key.Type) {
            self.definition = definition
            keys = Key.names
        }
    }

    static let shapes = [
        Shape(nil, FixtureKey.self), Shape("clock", ClockKey.self), Shape("clockStep", ClockStepKey.self),
        Shape("tls", TLSKey.self),
        Shape("limit", LimitKeyName.self),
        Shape("route", RouteKey.self), Shape("response", ResponseKey.self), Shape("override", ResponseKey.self),
        Shape("idempotency", IdempotencyKey.self), Shape("condition", ConditionKey.self), Shape("ramp", RampKey.self),
        Shape("requestTest", RequestTestKey.self),
        Shape("reply", ReplyKey.self), Shape("scriptedRefusal", ScriptedRefusalKey.self),
        Shape("retryAfterMapping", RetryAfterKey.self), Shape("afterDate", AfterDateKey.self),
        Shape("penalty", PenaltyKey.self), Shape("escalation", EscalationKey.self),
        Shape("fault", FaultKey.self), Shape("sendAt", SendAtKey.self), Shape("hold", HoldKey.self),
        Shape("framing", FramingKey.self), Shape("delay", DelayKey.self), Shape("normalDelay", NormalKey.self),
        Shape("lognormalDelay", LognormalKey.self), Shape("connection", ConnectionKey.self),
    ]

    static let schema = schema("fixture.json")
    static let clientSchema = schema("client.json")

    private static func schema(_ name: String) -> Node? {
        guard let bytes = try? RepositoryFiles.bytes(of: "fixtures/schema/\(name)") else { return nil }
        return Composer.compose(Findings(SourceText(bytes, file: name)), example: "")
    }

    private func definition(_ name: String?) throws -> Node {
        let schema = try #require(Self.schema)
        guard let name else { return schema }
        let definition = try #require(schema["definitions"]?[name])
        // The override may be nothing, and is an object otherwise.
        return definition["anyOf"]?.elements?.last ?? definition
    }

    @Test(arguments: shapes) func `knows the keys that the decoder knows`(shape: Shape) throws {
        let definition = try definition(shape.definition)
        #expect(definition["properties"]?.keys.sorted() == shape.keys.sorted())
        #expect(definition["additionalProperties"]?.text == "false")
    }

    @Test(arguments: [
        (
            "limit", "algorithm",
            ["fixed-window", "sliding-window-log", "sliding-window-counter", "token-bucket", "gcra"]
        ),
        ("limit", "window", ["first-request", "calendar"]),
        ("route", "then", ScriptEnding.allCases.map(\.rawValue)),
        ("route", "script-per", ScriptScope.allCases.map(\.rawValue)),
        ("retryAfterMapping", "form", ["imf-fixdate", "rfc850", "asctime"]),
        ("fault", "then", Fault.Action.allCases.map(\.rawValue)),
        ("reply", "malformed", Delivery.Malformation.allCases.map(\.rawValue)),
        ("connection", "then", ConnectionFault.Action.allCases.map(\.rawValue)),
    ]) func `knows the words that the decoder knows`(definition: String, key: String, words: [String]) throws {
        let property = try #require(try self.definition(definition)["properties"]?[key])
        let values = try #require(property["anyOf"]?.elements?.first?["enum"]?.elements)
        #expect(values.compactMap(\.text) == words)
    }

    static let clientShapes = [
        Shape(nil, ClientKey.self), Shape("commands", ClientCommandKey.self), Shape("declares", DeclarationKey.self),
        Shape("response", ResponseKey.self),
    ]

    @Test(arguments: clientShapes) func `knows the keys of client files too`(shape: Shape) throws {
        let schema = try #require(Self.clientSchema)
        let definition = try #require(shape.definition.map { schema["definitions"]?[$0] } ?? schema)
        #expect(definition["properties"]?.keys.sorted() == shape.keys.sorted())
        #expect(definition["additionalProperties"]?.text == "false")
    }

    @Test(arguments: [("fixture.json", 20), ("client.json", 7)])
    func `has no reference that leads nowhere`(file: String, count: Int) throws {
        let schema = try #require(Self.schema(file))
        let names = Set(try #require(schema["definitions"]).keys)
        let references = schema.values(ofKey: "$ref").compactMap(\.text)
        #expect(references.count > count)
        for reference in references { #expect(names.contains(String(reference.dropFirst("#/definitions/".count)))) }
    }
}

extension Node {
    subscript(key: String) -> Node? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key.text == key }?.value
    }

    var keys: [String] {
        guard case .mapping(let entries) = content else { return [] }
        return entries.compactMap(\.key.text)
    }

    var elements: [Node]? { if case .sequence(let elements) = content { elements } else { nil } }
    var text: String? { if case .scalar(let scalar) = content { scalar.text } else { nil } }

    /// The values of a key, however deep it stands.
    func values(ofKey key: String) -> [Node] {
        switch content {
        case .mapping(let entries):
            entries.flatMap { ($0.key.text == key ? [$0.value] : []) + $0.value.values(ofKey: key) }
        case .sequence(let elements): elements.flatMap { $0.values(ofKey: key) }
        case .scalar, .unreadable: []
        }
    }
}
