import TestSupport
import Testing

/// `retrograde grade --matrix` with real clients.
@Suite(.timeLimit(.minutes(10))) struct GradeMatrixTests {
    private let path = ["PATH": "/usr/bin:/bin"]

    /// A folder with a client that passes, one that fails and one that is not installed, or some of them.
    private func folder(_ names: String...) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let texts = [
            "good": "commands: { get: 'curl -s {url}' }\n",
            "bad": "commands: { get: [sh, -c, 'curl -s {url}; curl -s {url}'] }\n",
            "missing": "commands: { get: 'no-such-client {url}' }\ninstall: buy it\n",
            "silent": "commands: { get: [sh, -c, 'echo no network; exit 3'] }\n",
        ]
        for name in names { try folder.write(texts[name] ?? "", to: "\(name).yaml") }
        return folder
    }

    @Test func `judges one client after the other, and says why one was not`() async throws {
        let folder = try folder("good", "bad", "missing", "silent")
        let run = await CommandRun.retrograde("grade", "--only", "ST-02", "--matrix", folder.path, environment: path)
        #expect(run.code == 1)
        #expect(run.output.contains("\ngood          ✓\n"))
        #expect(run.output.contains("\nbad           ✗\n"))
        #expect(
            run.output.contains(
                "  not run: missing is not installed: no-such-client: command not found in PATH; to install it: buy it\n"
            ))
        #expect(run.output.contains("  not run: no request arrived, so there is nothing to judge; tried sh -c"))
        #expect(run.output.hasSuffix("4 clients: 1 without a failure, 1 with, 2 not run\n"))
        #expect(run.diagnostics.contains("1 of 4: bad\n"))
    }

    @Test func `ends with 0 where all pass, and with 2 where one could not be run`() async throws {
        let good = try folder("good")
        let missing = try folder("good", "missing")
        func code(_ folder: TemporaryFolder, _ options: String...) async -> Int32 {
            let words = ["grade", "--only", "ST-02"] + options + ["--matrix", folder.path]
            return await CommandRun.retrograde(words, environment: path).code
        }
        #expect(await code(good) == 0)
        #expect(await code(missing) == 2)
        #expect(await code(missing, "--report-only") == 0)
        #expect(await code(try folder("missing"), "--report-only") == 2)
    }

    @Test func `reads all files before it runs any`() async throws {
        let folder = try folder("good")
        try folder.write("commands: { gt: x }\n", to: "typo.yaml")
        let run = await CommandRun.retrograde("grade", "--matrix", folder.path, environment: path)
        #expect(run.code == 2)
        #expect(run.diagnostics.contains("typo.yaml:1:13: error: unknown key \"gt\""))
        #expect(!run.diagnostics.contains("1 of 2"))
    }

    @Test(arguments: [
        (["--matrix", ".", "--", "curl"], "--matrix takes no command after --"),
        (["--matrix", ".", "x.yaml"], "it takes no other"),
        (["--matrix", ".", "--baseline", "x"], "a baseline is of one client"),
        (["--matrix", ".", "--journal", "x"], "give --matrix or --journal, not both"),
        (["--journal", "x", "--", "curl"], "--journal takes no command after --"),
        (["--journal", "x", "--dialect", "openai"], "a journal has been recorded"),
        (["--journal", "x", "--keep-journals", "y"], "with --journal there are none"),
    ]) func `refuses what contradicts`(words: [String], message: String) async {
        let run = await CommandRun.retrograde(["grade"] + words, environment: path)
        #expect(run.code == 64)
        #expect(run.diagnostics.contains(message), "\(run.diagnostics)")
    }
}
