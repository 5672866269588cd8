import Fixtures
import FoundationEssentials
import Grading
import MockServer
import TestSupport
import Testing

/// What the documentation shows works as it is shown.
@Suite(.timeLimit(.minutes(10))) struct ReadmeTests {
    static let guides = "Sources/Commands/Documentation.docc"

    /// The contents of a page's fenced blocks of one language.
    private func blocks(_ language: String, of page: String) throws -> [String] {
        let text = String(decoding: try RepositoryFiles.bytes(of: page), as: UTF8.self)
        return text.split(separator: "```\(language)\n", omittingEmptySubsequences: false).dropFirst().map {
            String($0.prefix(upTo: $0.firstRange(of: "```")?.lowerBound ?? $0.endIndex))
        }
    }

    @Test(arguments: ["README.md", "\(guides)/Fixtures.md"])
    func `the fixtures it shows can be served`(page: String) throws {
        let blocks = try blocks("yaml", of: page)
        #expect(!blocks.isEmpty)
        for block in blocks { _ = try Fixture.parsed(block, rules: RuleCatalogue.settings) }
    }

    @Test func `its Swift is the Swift that is compiled here`() throws {
        let code = String(
            decoding: try RepositoryFiles.bytes(of: "Tests/IntegrationTests/ReadmeExample.swift"), as: UTF8.self)
        let lines = Set(code.split(separator: "\n").map { $0.drop { $0 == " " } })
        for block in try blocks("swift", of: "README.md") {
            for line in block.split(separator: "\n") { #expect(lines.contains(line), "not in ReadmeExample.swift") }
        }
    }

    @Test func `its Python passes against a real server`() async throws {
        let block = try #require(try blocks("python", of: "README.md").first)
        let loader = FixtureLoader.shipped(rules: RuleCatalogue.settings)
        let server = try MockServer(.init(control: ControlConfiguration(loader: loader, rules: RuleCatalogue.all)))
        let control = try #require(server.controlURL)
        // What README takes for granted: a ready file in the working directory, and somebody's client.
        let before = """
            import os, sys, tempfile
            from requests.adapters import HTTPAdapter
            from urllib3.util.retry import Retry

            folder = tempfile.TemporaryDirectory()
            os.chdir(folder.name)
            with open("up.json", "w") as ready:
                ready.write('{"ready": true, "control": "%s"}' % sys.argv[1])

            def run_my_client(url):
                session = requests.Session()
                session.mount("http://", HTTPAdapter(max_retries=Retry(total=4, status_forcelist=[429])))
                session.get(url).raise_for_status()

            """
        let outcome = try await Program.python.run(["-I", "-c", before + block, control])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        await server.shutdown(grace: .zero)
    }

    @Test(arguments: ["README.md"])
    func `its links lead somewhere`(page: String) throws {
        let text = String(decoding: try RepositoryFiles.bytes(of: page), as: UTF8.self)
        let targets = text.split(separator: "](").dropFirst().compactMap { $0.split(separator: ")").first }
        #expect(targets.count > 5)
        for target in targets where !target.hasPrefix("https://") {
            let path = "\(RepositoryFiles.root)/\(target)"
            #expect(FileManager.default.fileExists(atPath: path), "\(page) links to \(target), which does not exist")
        }
    }
}
