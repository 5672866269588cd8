import FoundationEssentials
import TestSupport
import Testing

@testable import Commands

/// `retrograde grade --keep-journals` with a real client.
@Suite(.timeLimit(.minutes(10))) struct KeptJournalsTests {
    private let path = ["PATH": "/usr/bin:/bin"]
    private let client = "commands: { get: [sh, -c, 'curl -s {url}; echo told >&2; exit 7'] }\n"

    private struct Line: Decodable {
        var journal: String
        var scenario: String
        var parameters: [String: String]
        var ending: String
        var printed: [String]
    }

    private func lines(in folder: String) throws -> [Line] {
        let text = try String(contentsOfFile: "\(folder)/runs.ndjson", encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test func `keeps every run, and what was kept can be judged again`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(client, to: "client.yaml")
        let seen = "\(folder.path)/seen"
        let run = await CommandRun.retrograde(
            "grade", "--only", "ST-02", "--keep-journals", seen, file, environment: path)
        #expect(run.code == 0)
        let lines = try lines(in: seen)
        #expect(lines.first?.journal == "0001.ndjson")
        #expect(lines.contains { $0.scenario == "status-forever" && $0.parameters == ["status": "404"] })
        #expect(lines.allSatisfy { $0.ending == "exited 7" && $0.printed == ["told"] })
        // 409 is classed, not judged.
        for line in lines where line.scenario == "status-forever" && line.parameters["status"] != "409" {
            let again = await CommandRun.retrograde(
                "grade", "--only", "ST-02", "--journal", "\(seen)/\(line.journal)", environment: path)
            #expect(again.code == 0 && again.output.contains("✓ ST-02"), "\(line.journal): \(again.output)")
        }
    }

    @Test func `has a folder for each client of a matrix`() async throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] { try folder.write(client, to: "clients/\(name).yaml") }
        let seen = "\(folder.path)/seen"
        let words = [
            "grade", "--only", "ST-02", "--matrix", "\(folder.path)/clients", "--keep-journals", seen,
        ]
        #expect(await CommandRun.retrograde(words, environment: path).code == 0)
        #expect(try lines(in: "\(seen)/one").count == lines(in: "\(seen)/two").count)

        let again = await CommandRun.retrograde(words, environment: path)
        #expect(again.code == 2)
        #expect(again.diagnostics.contains("cannot keep journals in \(seen): it is not empty"))
    }
}
