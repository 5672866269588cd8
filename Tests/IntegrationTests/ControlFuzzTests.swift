import Fixtures
import FoundationEssentials
import Grading
import MockServer
import TestSupport
import Testing

/// schemathesis reads the control API's own description, asks for what it allows and for what it does not, and believes
/// nothing that it is told.
@Suite(.timeLimit(.minutes(10))) struct ControlFuzzTests {
    /// How long it may look for trouble, in seconds.
    static let budget = 15

    @Test func `a fuzzer finds nothing that the description does not say, and no server error`() async throws {
        let program = "\(RepositoryFiles.root)/.build-sdks/bin/schemathesis"
        try #require(
            FileManager.default.isExecutableFile(atPath: program),
            "schemathesis is not installed; .ci/sdks installs it")
        let loader = FixtureLoader.shipped(rules: RuleCatalogue.settings)
        // That it asks the program to end is nobody's business here, so it goes on.
        let server = try MockServer(.init(control: ControlConfiguration(loader: loader, rules: RuleCatalogue.all)))
        let control = try #require(server.controlURL)
        // It learns their names from what it reads, and ends one after the other.
        let fixture = try Fixture.shipped("fixtures/keys-and-costs.yaml")
        for _ in 1...30 { _ = try await server.addLane(fixture, clock: .manual) }
        // It leaves notes in its working directory.
        let folder = try TemporaryFolder()
        let outcome = try await Program.env.run([
            "-C", folder.path, program, "--config-file",
            "\(RepositoryFiles.root)/Tests/IntegrationTests/SDKs/schemathesis.toml", "run", "\(control)/openapi.json",
            "--checks", "all", "--max-time", "\(Self.budget)", "--seed", "20261124", "--no-color",
            "--continue-on-failure", "--suppress-health-check", "all", "--request-timeout", "30",
        ])
        await server.shutdown(grace: .zero)
        #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("Tested: "), "\(outcome.output)")
        #expect(!outcome.output.contains("Server error"), "\(outcome.output)")
    }
}
