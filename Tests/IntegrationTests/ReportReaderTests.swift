import FoundationEssentials
import TestSupport
import Testing

/// Reports of a real grading, read by programs that others wrote: a JSON Schema validator and a JUnit parser.
@Suite(.timeLimit(.minutes(10))) struct ReportReaderTests {
    @Test func `a validator and a parser take what grade writes`() async throws {
        let python = "\(RepositoryFiles.root)/.build-sdks/bin/python3"
        try #require(
            FileManager.default.isExecutableFile(atPath: python),
            "the readers are not installed; .ci/sdks installs them")
        let folder = try TemporaryFolder()
        let (json, junit) = ("\(folder.path)/report.json", "\(folder.path)/report.xml")
        let run = await CommandRun.retrograde(
            "grade", "--suite", "quick", "--only", "ST-01,ST-02,RA-01,RD-01,BO-01", "--report-only", "--json", json,
            "--junit", junit, "--html", "\(folder.path)/report.html", "--", "curl", "-q", "-sSf", "--retry", "3",
            "{url}",
            environment: ["PATH": "/usr/bin:/bin"])
        #expect(run.code == 0, "\(run.diagnostics)")
        let outcome = try await Program.env.run([
            python, "-B", "\(RepositoryFiles.root)/Tests/IntegrationTests/SDKs/report_referee.py",
            "\(RepositoryFiles.root)/fixtures/schema/report.json", json, junit,
        ])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("5 verdicts: "), "\(outcome.output)")
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/report.html"))
    }
}
