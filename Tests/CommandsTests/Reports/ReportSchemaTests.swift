import FoundationEssentials
import Grading
import TestSupport
import Testing

@testable import Commands

/// The published schema and the writer say the same: every key that is written is described, with its type.
@Suite struct ReportSchemaTests {
    @Test(arguments: ["sample", "illustrated"]) func `describes all that a report holds`(name: String) throws {
        let text = try JSONReport.text(name == "sample" ? .sample : .illustrated)
        let schema = try JSON(bytes: RepositoryFiles.bytes(of: "fixtures/schema/report.json"))
        let report = try JSON(bytes: Array(text.utf8))
        #expect(SchemaReader(root: schema).complaints(report, schema, at: "report") == [])
    }

    @Test func `describes all that a storm's figures hold`() throws {
        let report = StormReport.sample
        let schema = try JSON(bytes: RepositoryFiles.bytes(of: "fixtures/schema/storm.json"))
        let figures = try JSON(bytes: Array(StormJSON.text(report).utf8))
        #expect(SchemaReader(root: schema).complaints(figures, schema, at: "storm") == [])
    }

    @Test func `finds what is wrong`() throws {
        let schema = try JSON(bytes: RepositoryFiles.bytes(of: "fixtures/schema/report.json"))
        var report = try JSON(bytes: Array(JSONReport.text(.sample).utf8))
        guard case .object(var members) = report else {
            Issue.record("a report is an object")
            return
        }
        members["seed"] = .string("seven")
        members["unheard"] = .number(1)
        members["client"] = nil
        report = .object(members)
        let complaints = SchemaReader(root: schema).complaints(report, schema, at: "report")
        #expect(
            Set(complaints) == [
                "report.client is missing", "report.seed is no integer", "report.unheard is not described",
            ])
    }

    @Test(arguments: ["report", "storm"]) func `is printed by the command`(name: String) async throws {
        let run = await CommandRun.retrograde("schema", name)
        #expect(run.code == 0)
        #expect(Array(run.output.utf8) == (try RepositoryFiles.bytes(of: "fixtures/schema/\(name).json")))
    }
}

private enum JSON: Decodable {
    case object([String: JSON])
    case array([JSON])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    init(bytes: [UInt8]) throws { self = try JSONDecoder().decode(JSON.self, from: Data(bytes)) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    subscript(key: String) -> JSON? { if case .object(let members) = self { members[key] } else { nil } }

    var strings: [String] {
        guard case .array(let items) = self else { return [] }
        return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}

/// As much of JSON Schema as the report's schema uses, and stricter: a key that is not described is a complaint.
private struct SchemaReader {
    var root: JSON

    func complaints(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
        if case .string(let reference)? = schema["$ref"] {
            let name = String(reference.dropFirst("#/definitions/".count))
            guard let definition = root["definitions"]?[name] else { return ["\(path): no definition \(name)"] }
            return complaints(value, definition, at: path)
        }
        if let choices = schema["enum"]?.strings {
            guard case .string(let text) = value, choices.contains(text) else {
                return ["\(path) is none of \(choices)"]
            }
            return []
        }
        guard case .string(let type)? = schema["type"] else { return ["\(path) has no type"] }
        switch (type, value) {
        case ("object", .object(let members)): return properties(members, schema, at: path)
        case ("array", .array(let items)):
            guard let each = schema["items"] else { return ["\(path): no items"] }
            return items.enumerated().flatMap { complaints($1, each, at: "\(path)[\($0)]") }
        case ("string", .string), ("number", .number), ("boolean", .bool): return []
        case ("integer", .number(let number)) where number == number.rounded(): return []
        default: return ["\(path) is no \(type)"]
        }
    }

    private func properties(_ members: [String: JSON], _ schema: JSON, at path: String) -> [String] {
        let missing = (schema["required"]?.strings ?? []).filter { members[$0] == nil }.map {
            "\(path).\($0) is missing"
        }
        return missing
            + members.sorted { $0.key < $1.key }.flatMap { key, value in
                guard let described = schema["properties"]?[key] ?? schema["additionalProperties"] else {
                    return ["\(path).\(key) is not described"]
                }
                return complaints(value, described, at: "\(path).\(key)")
            }
    }
}
