import TestSupport
import Testing

/// `retrograde grade CLIENT.yaml` with real clients, and the exit codes that its verdicts lead to.
@Suite(.timeLimit(.minutes(10))) struct ClientFileGradeTests {
    private let path = ["PATH": "/usr/bin:/bin"]

    @Test func `runs the command in the file's folder, with what the file adds to the environment`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            name: a shell
            environment: { TOOL: curl }
            commands: { get: 'sh ./once.sh {url}' }
            """, to: "client.yaml")
        try folder.write("exec $TOOL -sS \"$1\"\n", to: "once.sh")
        let run = await CommandRun.retrograde("grade", "--only", "ST-02", file, environment: path)
        #expect(run.code == 0, "\(run.diagnostics)")
        #expect(run.output.hasPrefix("a shell\n"))
        #expect(run.output.hasSuffix("\n1 rule: 1 passed\n"))
    }

    @Test func `finds a program beside the file`() async throws {
        let folder = try TemporaryFolder()
        try folder.link("mine", to: "/usr/bin/curl")
        let file = try folder.write("commands: { get: './mine -sS {url}' }\n", to: "client.yaml")
        #expect(await CommandRun.retrograde("grade", "--only", "ST-02", file, environment: path).code == 0)
    }

    @Test(arguments: [("", 1), ("waivers: { ST-02: it asks twice by contract }\n", 0)] as [(String, Int32)])
    func `a waived failure does not fail, and the reason is printed`(waivers: String, code: Int32) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            waivers + "commands: { get: [sh, -c, 'curl -s {url}; curl -s {url}'] }\n", to: "client.yaml")
        let run = await CommandRun.retrograde("grade", "--only", "ST-02", file, environment: path)
        #expect(run.code == code)
        #expect(run.output.contains("fail, waived: ") == (code == 0))
        #expect(run.output.contains("waived    it asks twice by contract") == (code == 0))
    }

    @Test func `a waiver that is not needed is a warning`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "waivers: { ST-02: known }\ncommands: { get: 'curl -s {url}' }\n", to: "client.yaml")
        let run = await CommandRun.retrograde("grade", "--only", "ST-02", file, environment: path)
        #expect(run.code == 0)
        #expect(run.diagnostics.contains("warning: ST-02 passes; its waiver is no longer needed\n"))
    }

    @Test(arguments: [
        "commands: { get: 'no-such-client {url}' }\n",
        "requires: [curl, no-such-client]\ncommands: { get: 'curl {url}' }\n",
    ]) func `a client that is not installed is said to be so`(text: String) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("name: mine\ninstall: run .ci/clients\n" + text, to: "client.yaml")
        let run = await CommandRun.retrograde("grade", "--only", "ST-02", file, environment: path)
        #expect(run.code == 2)
        #expect(
            run.diagnostics == """
                retrograde: mine is not installed: no-such-client: command not found in PATH; to install it: run .ci/clients

                """)
    }

    @Test func `a client file that is wrong is told so like a fixture, by grade and by check`() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("comands: { get: x }\n", to: "client.yaml")
        let run = await CommandRun.retrograde("grade", file, environment: path)
        #expect(run.code == 2)
        #expect(run.diagnostics.contains("client.yaml:1:1: error: unknown key \"comands\"; did you mean \"commands\"?"))
        try folder.write("commands: { gt: x }\n", to: "client.yaml")
        let check = await CommandRun.retrograde("check", file)
        #expect(check.code == 2)
        #expect(check.output.contains("client.yaml:1:13: error: unknown key \"gt\"; did you mean \"get\"?"))
    }

    @Test func `the schema of client files is printed`() async throws {
        let run = await CommandRun.retrograde("schema", "client")
        #expect(Array(run.output.utf8) == (try RepositoryFiles.bytes(of: "fixtures/schema/client.json")))
    }
}
