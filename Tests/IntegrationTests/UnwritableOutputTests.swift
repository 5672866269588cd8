import TestSupport
import Testing

/// Results that nobody gets are no results.
@Suite(.timeLimit(.minutes(10))) struct UnwritableOutputTests {
    /// Prints how a command ended, and what it said, with standard output that is full or that nobody reads.
    private static let script = """
        import os, subprocess, sys

        def end(output):
            run = subprocess.run([sys.argv[1], "rules"], stdout=output, stderr=subprocess.PIPE, text=True)
            print(run.returncode, run.stderr.strip())

        with open("/dev/full", "w") as full:
            end(full)
        reading, writing = os.pipe()
        os.close(reading)
        end(writing)
        """

    @Test func `a full disk is told, a closed pipe is not, and both end with 2`() async throws {
        let program = try #require(RepositoryFiles.builtProgram, "the test runner does not know where it was built")
        let outcome = try await Program.python.run(["-I", "-c", Self.script, program])
        #expect(outcome.errors == "")
        #expect(
            outcome.output == "2 retrograde: cannot write to standard output: No space left on device\n2 \n")
    }
}
