import TestSupport
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(2))) struct StormTests {
    @Test func `measures all clients, and its own wastes nothing`() async throws {
        let folder = try TemporaryFolder()
        let (json, svg) = ("\(folder.path)/storm.json", "\(folder.path)/storm.svg")
        let run = await CommandRun.retrograde(
            "storm", "--requests", "30", "--workers", "5", "--quota", "10/1s", "--outage", "1s", "--herds", "0",
            "--json", json, "--svg", svg)
        #expect(run.code == 0, "\(run.diagnostics)")
        let lines = run.output.split(separator: "\n").filter { $0.contains("BackoffClient  ") }
            .map { $0.split(separator: " ").map(String.init) }
        // (a), (b), (c), the legend.
        try #require(lines.count == 4, "\(run.output)")
        #expect(lines[0].prefix(5) == ["BackoffClient", "100", "%", "33", "3"])
        #expect(lines[1].prefix(5) == ["BackoffClient", "100", "%", "30", "0"])
        #expect(lines[2].prefix(3) == ["BackoffClient", "100", "%"])
        #expect(run.diagnostics.contains("(c) an outage of 1 s"))
        #expect(String(decoding: try bytes(ofFile: json, limit: 1 << 20), as: UTF8.self).contains("\"scenarios\""))
        #expect(String(decoding: try bytes(ofFile: svg, limit: 1 << 20), as: UTF8.self).hasPrefix("<svg"))
    }

    @Test func `a command is one client more`() async throws {
        let run = await CommandRun.retrograde(
            "storm", "--requests", "4", "--workers", "2", "--quota", "4/1s", "--outage", "500ms", "--herds", "0", "--",
            "curl", "-sSf", "-o", "/dev/null", "{url}", environment: ["PATH": "/usr/bin:/bin"])
        #expect(run.code == 0, "\(run.diagnostics)")
        #expect(run.output.contains("curl -sSf -o /dev/nul… "))
        #expect(run.output.contains("3 × ended with 22"))
    }

    @Test(arguments: [
        (["--requests", "0"], 64, "--requests must lie between"), (["--workers", "-1"], 64, "--workers must lie"),
        (["--quota", "15"], 64, "'15' is invalid"), (["--retry-after", "1.5s"], 64, "whole seconds"),
        (["--base", "0"], 64, "--base must lie"), (["--dialect", "x: y"], 64, "--dialect takes the name"),
        (["--dialect", "nobody"], 2, "unknown dialect"), (["--json", "/no/such/file"], 2, "cannot write"),
        (["--", "./missing", "{url}"], 2, "no such file"),
    ])
    func `says what cannot be measured`(words: [String], code: Int32, complaint: String) async {
        let run = await CommandRun.retrograde(["storm"] + words)
        #expect(run.code == code)
        #expect(run.diagnostics.contains(complaint), "\(run.diagnostics)")
    }
}
