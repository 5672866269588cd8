import Glibc
import TestSupport
import Testing

@testable import Commands

/// What commands say of paths and values with which they can do nothing.
@Suite(.timeLimit(.minutes(10))) struct UnusableTests {
    private static let fixture = "routes: [ { match: GET /, reply: { success: {} } } ]\n"

    @Test func `a pipe in a folder is not waited for`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.fixture, to: "a.yaml")
        #expect(mkfifo("\(folder.path)/b.yaml", 0o600) == 0)
        let run = await CommandRun.retrograde("check", folder.path)
        #expect(run.code == 0)
        #expect(run.diagnostics == "1 file: no errors, no warnings\n")
    }

    @Test func `one unusable path does not hide what is wrong with the others`() async throws {
        let folder = try TemporaryFolder()
        let wrong = try folder.write("routs: []\n", to: "wrong.yaml")
        try folder.link("dangling.yaml", to: "nowhere.yaml")
        for arguments in [["\(folder.path)/missing.yaml", wrong], [folder.path]] {
            for command in ["check", "serve"] {
                let run = await CommandRun.retrograde([command] + arguments)
                #expect(run.code == 2)
                #expect((run.output + run.diagnostics).contains("unknown key \"routs\""))
                let reason = arguments.count == 1 ? "is a symbolic link that leads nowhere" : "does not exist"
                #expect(run.diagnostics.contains(reason), "\(run.diagnostics)")
            }
        }
    }

    @Test func `serve does not overwrite what it reads`() async throws {
        let folder = try TemporaryFolder()
        let fixture = try folder.write(Self.fixture, to: "a.yaml")
        try folder.link("link.yaml", to: "a.yaml")
        for (option, path) in [
            ("--journal", fixture), ("--ready-file", "\(folder.path)/link.yaml"),
            ("--tls-ca", "\(folder.path)/./a.yaml"),
        ] {
            let run = await CommandRun.retrograde("serve", fixture, option, path)
            #expect(run.code == 2)
            #expect(run.diagnostics == "retrograde: \(option) would overwrite the fixture \(fixture)\n")
        }
        let other = "\(folder.path)/new.json"
        let run = await CommandRun.retrograde("serve", fixture, "--journal", other, "--ready-file", other)
        #expect(run.code == 2)
        #expect(run.diagnostics == "retrograde: --ready-file and --journal are both \(other)\n")
        #expect(await CommandRun.retrograde("check", fixture).code == 0)
    }

    @Test(arguments: [
        (["--rate", "-1", "--requests", "2"], "--rate must be above zero"),
        (["--requests", "-1"], "--requests must be at least 1"),
        (["--concurrency", "-3", "--requests", "1"], "--concurrency must be at least 1"),
        (["--base", "-1s"], "'-1s' is invalid for '--base"),
        (["--cap", "100ms", "--base", "1s"], "--cap 100ms is shorter than --base 1s"),
    ]) func `call says what is wrong with a value`(arguments: [String], message: String) async {
        let run = await CommandRun.retrograde(["call"] + arguments + ["http://127.0.0.1:1/"])
        #expect(run.code == 64)
        #expect(run.diagnostics.contains(message), "\(run.diagnostics)")
    }

    @Test(arguments: [
        "http://", "ftp://x/", "http://a:99999/", "http://a:0/", "http://a:b/", "http://[::1", "http://[::1]x/",
        "http://[nonsense]/", "http://a b/", "http://a^b/", "http://:80/",
    ]) func `call takes no URL that is none`(url: String) async {
        let run = await CommandRun.retrograde("call", url)
        #expect(run.code == 64)
        #expect(run.diagnostics.contains("is no URL of http or https"))
    }

    @Test func `an output that cannot be written is known before anything is sent`() async throws {
        let folder = try TemporaryFolder()
        let kept = try folder.write("kept", to: "kept.txt")
        let missing = "\(folder.path)/missing/out"
        let call = await CommandRun.retrograde("call", "--output", missing, "http://127.0.0.1:1/")
        #expect(call.code == 2)
        #expect(call.diagnostics == "retrograde: cannot write \(missing): No such file or directory\n")
        for option in ["--junit", "--json", "--markdown"] {
            let grade = await CommandRun.retrograde("grade", option, missing, "--", "false", "{url}")
            #expect(grade.code == 2)
            #expect(grade.diagnostics == "retrograde: cannot write \(missing): No such file or directory\n")
        }
        try OutputFile.probe(kept)
        try OutputFile.probe("\(folder.path)/new.txt")
        #expect(try FileRoot(folder.path).bytes(of: "kept.txt") == Array("kept".utf8))
        #expect(throws: FileReadError.self) { try FileRoot(folder.path).bytes(of: "new.txt") }
    }
}
