import Fixtures
import Grading
import MockServer
import TestSupport
import Testing

/// 200 lanes with fixtures of their own, created over the control API, used, judged and deleted by 200 clients at once.
@Suite(.timeLimit(.minutes(10))) struct ManyLanesTests {
    /// How long it takes says more about the machine, so it is printed and not judged.
    @Test func `nothing crosses between two hundred lanes`() async throws {
        let loader = FixtureLoader.shipped(rules: RuleCatalogue.settings)
        let server = try MockServer(.init(control: ControlConfiguration(loader: loader, rules: RuleCatalogue.all)))
        let control = try #require(server.controlURL)
        let script = "\(RepositoryFiles.root)/Tests/IntegrationTests/Python/two_hundred_lanes.py"
        let outcome = try await Program.python.run(["-I", script, control])
        await server.shutdown(grace: .zero)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("200 lanes created, used, judged and deleted by 200 clients in "))
    }
}
