import TestSupport
import Testing

struct SchemaTests {
    @Test func `is printed as it lies in the repository`() async throws {
        let run = await CommandRun.retrograde("schema")
        #expect(run.code == 0)
        #expect(Array(run.output.utf8) == (try RepositoryFiles.bytes(of: "fixtures/schema/fixture.json")))
    }
}
