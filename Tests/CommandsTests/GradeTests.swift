import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// What a command wrote and ended with.
private struct Output {
    var code: Int32
    var results: String
    var diagnostics: String
}

private func grade(_ arguments: String...) async -> Output {
    let results = Mutex("")
    let diagnostics = Mutex("")
    let context = Context(
        environment: ["PATH": "/usr/bin:/bin"], output: .init { text in results.withLock { $0 += text } },
        diagnostics: .init { text in diagnostics.withLock { $0 += text } }, executable: "/proc/self/exe")
    let code = await Retrograde.run(["grade"] + arguments, in: context)
    return Output(code: code, results: results.withLock { $0 }, diagnostics: diagnostics.withLock { $0 })
}

@Suite(.timeLimit(.minutes(10))) struct GradeTests {
    @Test(arguments: [["--json=/nowhere/x"], ["--json", "/nowhere/x"], ["--html", "/nowhere/x"]])
    func `says before it runs anything that a report cannot be written`(option: [String]) async {
        let run = await CommandRun.retrograde(["grade"] + option + ["--only", "ST-02", "--", "true"])
        #expect(run.code == 2)
        #expect(run.diagnostics == "retrograde: cannot write /nowhere/x: No such file or directory\n")
    }

    @Test(arguments: [
        ([], "name a client file, or the client's command after --"),
        (["curl"], "curl is no client file; name the client's command after --"),
        (["curl.yaml", "--", "curl"], "give a client file or a command after --, not both"),
        (["--post", "curl", "curl.yaml"], "a client file names its command for POSTs itself"),
        (["--suite", "huge", "--", "true"], "there is no suite \"huge\"; there are quick, standard, full"),
        (["--only", "ZZ-99", "--", "true"], "there is no rule \"ZZ-99\""),
        (["--post", "curl | sh", "--", "true"], "no shell runs it, so an unquoted | has no meaning"),
        (["--post", "", "--", "true"], "--post names no command"),
        (["--dialect", "klingon", "--", "true"], "there is no dialect \"klingon\"; there are airtable, "),
        (["--seed", "x", "--", "true"], "seed"),
    ])
    func `refuses a command line that is wrong`(arguments: [String], message: String) async {
        let results = Mutex("")
        let diagnostics = Mutex("")
        let context = Context(
            environment: ["PATH": "/usr/bin:/bin"], output: .init { text in results.withLock { $0 += text } },
            diagnostics: .init { text in diagnostics.withLock { $0 += text } }, executable: "/proc/self/exe")
        #expect(await Retrograde.run(["grade"] + arguments, in: context) == 64)
        #expect(diagnostics.withLock { $0 }.contains(message), "\(diagnostics.withLock { $0 })")
        #expect(results.withLock { $0 } == "")
    }

    @Test func `says that a command is not there`() async {
        let output = await grade("--", "./missing")
        #expect(output.code == 2)
        #expect(output.diagnostics == "retrograde: ./missing: no such file\n")
    }

    @Test func `says what became of a client that never calls`() async {
        let output = await grade("--", "sh", "-c", "echo no network >&2; exit 7")
        #expect(output.code == 2)
        #expect(output.results == "")
        let lines = output.diagnostics.split(separator: "\n")
        #expect(lines.contains("retrograde: no request arrived, so there is nothing to judge"))
        #expect(lines.contains("  tried    sh -c 'echo no network >&2; exit 7'"))
        #expect(lines.contains { $0.hasPrefix("  outcome  it exited with 7 after") })
        #expect(lines.contains("  printed  no network"))
        #expect(lines.contains { $0.hasPrefix("  hint     put {url} where the client takes its address") })
    }

    @Test func `reports what curl does on errors that are permanent`() async {
        let output = await grade("--only", "ST-02", "--", "curl", "-sSf", "--retry", "2", "{url}")
        #expect(output.code == 0)
        #expect(output.results.hasPrefix("curl -sSf --retry 2 {url}\nsuite standard · seed 1 · "))
        #expect(output.results.hasSuffix("\n1 rule: 1 passed\n"))
        #expect(output.diagnostics.contains("ST-02 pass"))
    }

    @Test(arguments: [([], 1), (["--report-only"], 0)] as [([String], Int32)])
    func `ends with 1 where something speaks against the client`(options: [String], code: Int32) async throws {
        let folder = try ScratchFolder(in: [:])
        let script = "curl -s {url} && curl -s {url}"
        let arguments = options + ["--only", "st-02", "--json", "--", "sh", "-c", script]
        let results = Mutex("")
        let context = Context(
            environment: ["PATH": "/usr/bin:/bin"], output: .init { text in results.withLock { $0 += text } },
            diagnostics: .init { _ in }, executable: "/proc/self/exe")
        #expect(await Retrograde.run(["grade"] + arguments, in: context) == code)
        let json = results.withLock { $0 }
        #expect(json.contains("\"verdict\" : \"fail\""))
        #expect(json.contains("\"client\" : \"sh -c 'curl -s {url} && curl -s {url}'\""))
        withExtendedLifetime(folder) {}
    }

    @Test func `holds the verdicts against a baseline, and writes the other reports`() async throws {
        let folder = try ScratchFolder(in: [:])
        defer { for name in ["known", "report.xml", "report.md"] { unlink("\(folder.path)/\(name)") } }
        try TextFile.write(Array("ST-02: fail\n".utf8), to: folder.path + "/known")
        let client = ["--", "sh", "-c", "curl -s {url}; curl -s {url}"]
        let known = ["--only", "ST-02", "--baseline", folder.path + "/known"]
        let files = ["--junit", folder.path + "/report.xml", "--markdown", folder.path + "/report.md"]
        let context = Context(
            environment: ["PATH": "/usr/bin:/bin"], output: .init { _ in }, diagnostics: .init { _ in },
            executable: "/proc/self/exe")
        #expect(await Retrograde.run(["grade"] + known + files + client, in: context) == 0)
        let junit = try bytes(ofFile: folder.path + "/report.xml", limit: 1 << 20)
        let cases = String(decoding: junit, as: UTF8.self)
        #expect(cases.contains("failures=\"0\"") && cases.contains("; as the baseline says\"/>"), "\(cases)")
        let markdown = try bytes(ofFile: folder.path + "/report.md", limit: 1 << 20)
        #expect(String(decoding: markdown, as: UTF8.self).contains("**1 rule: 1 failed**"))
        // What is fixed and still listed keeps the gate red.
        let fixed = ["--", "curl", "-s", "{url}"]
        #expect(await Retrograde.run(["grade"] + known + files + fixed, in: context) == 1)
        let stale = String(decoding: try bytes(ofFile: folder.path + "/report.xml", limit: 1 << 20), as: UTF8.self)
        #expect(stale.contains("failures=\"1\"") && stale.contains("strike it there"), "\(stale)")
    }

    @Test func `leaves nothing behind in the temporary folder`() async throws {
        let folder = try ScratchFolder(in: [:])
        let context = Context(
            environment: ["PATH": "/usr/bin:/bin", "TMPDIR": folder.path], output: .init { _ in },
            diagnostics: .init { _ in }, executable: "/proc/self/exe")
        #expect(await Retrograde.run(["grade", "--only", "ST-02", "--", "curl", "-s", "{url}"], in: context) == 0)
        #expect(rmdir(folder.path) == 0, "\(String(cString: strerror(errno)))")
    }
}
