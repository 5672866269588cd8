import TestSupport
import Testing

/// Thousands of connections at once, against the program itself. How late replies are is for a quiet machine to say:
/// `Tests/Measurements/held-connections.py` prints it.
@Suite(.timeLimit(.minutes(10))) struct HeldConnectionsTests {
    @Test func `5,000 held connections are answered, none early, without another thread, while others are served`()
        async throws
    {
        let program = try #require(RepositoryFiles.builtProgram, "the test runner does not know where it was built")
        let outcome = try await Program.python.run([
            "-I", "\(RepositoryFiles.root)/Tests/Measurements/held-connections.py", program, "--rounds", "1",
        ])
        #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("5000 of 5000 held replies, 0 of them early"))
    }
}
