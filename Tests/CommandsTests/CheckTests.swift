import FoundationEssentials
import HTTPSemantics
import TestSupport
import Testing

struct CheckTests {
    static let good = "routes: [ { match: GET /, reply: { success: {} } } ]\n"

    @Test func `ends with 0 where nothing is wrong`() async throws {
        let folder = try TemporaryFolder()
        let run = await CommandRun.retrograde("check", try folder.write(Self.good, to: "good.yaml"))
        #expect(run.code == 0)
        #expect(run.output.isEmpty)
        #expect(run.diagnostics == "1 file: no errors, no warnings\n")
    }

    @Test func `says everything about every file and ends with 2`() async throws {
        let folder = try TemporaryFolder()
        let one = try folder.write("nme: x\n" + Self.good, to: "one.yaml")
        let two = try folder.write("parameters: { a: 1 }\n" + Self.good, to: "two.yaml")
        let run = await CommandRun.retrograde("check", folder.path)
        #expect(run.code == 2)
        #expect(
            run.output == """
                \(one):1:1: error: unknown key "nme"; did you mean "name"?
                 1 | nme: x
                   | ^~~
                \(two):1:15: warning: the parameter "a" is never used
                 1 | parameters: { a: 1 }
                   |               ^

                """)
        #expect(run.diagnostics == "2 files: 1 error, 1 warning\n")
    }

    @Test func `ends with 0 where there are warnings only`() async throws {
        let folder = try TemporaryFolder()
        let run = await CommandRun.retrograde(
            "check", try folder.write("parameters: { a: 1 }\n" + Self.good, to: "two.yaml"))
        #expect(run.code == 0)
        #expect(run.output.contains("warning"))
    }

    @Test func `knows a dialect from a fixture`() async throws {
        let folder = try TemporaryFolder()
        let good = try folder.write("name: mine\nrefusals: [ { status: 429 } ]\n", to: "mine.yaml")
        let bad = try folder.write("name: mine\nrefusals: [ { status: 429, hint: soon } ]\n", to: "bad.yaml")
        #expect(await CommandRun.retrograde("check", good).code == 0)
        let run = await CommandRun.retrograde("check", bad)
        #expect(run.code == 2)
        #expect(run.output.contains("expected a hint such as { header: Retry-After, format: seconds }, not \"soon\""))
    }

    @Test func `gives editors an array of objects`() async throws {
        struct Entry: Decodable, Equatable {
            var file: String
            var line, column, endColumn: Int
            var severity, message: String
        }
        let folder = try TemporaryFolder()
        let path = try folder.write("nme: x\n" + Self.good, to: "one.yaml")
        let run = await CommandRun.retrograde("check", "--format", "json", path)
        #expect(run.code == 2)
        let entries = try JSONDecoder().decode([Entry].self, from: Data(run.output.utf8))
        #expect(
            entries == [
                Entry(
                    file: path, line: 1, column: 1, endColumn: 4, severity: "error",
                    message: "unknown key \"nme\"; did you mean \"name\"?")
            ])
    }

    @Test func `says which file is missing`() async {
        let run = await CommandRun.retrograde("check", "./missing.yaml")
        #expect(run.code == 2)
        #expect(run.diagnostics == "retrograde: ./missing.yaml does not exist\n")
    }

    @Test func `needs a file`() async { #expect(await CommandRun.retrograde("check").code == 64) }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `says something about random bytes and ends with 2`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        let bytes = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try Data(bytes).write(to: URL(filePath: "\(folder.path)/random.yaml"))
        let run = await CommandRun.retrograde("check", "\(folder.path)/random.yaml")
        #expect(run.code == 2)
        #expect(run.output.contains("error: byte 0x"))
    }
}
