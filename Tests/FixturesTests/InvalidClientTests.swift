import Fixtures
import TestSupport
import Testing

/// Each file of `fixtures/invalid/clients/` beside what there is to say about it, exactly as it is printed.
///
/// With RETROGRADE_RECORD=1 in the environment the tests write what is said now; read it before committing it.
struct InvalidClientTests {
    static let paths = RepositoryFiles.files(in: "fixtures/invalid/clients", endingWith: ".yaml")

    @Test func `there are some`() { #expect(Self.paths.count >= 14) }

    @Test(arguments: paths)
    func `is told what is wrong`(path: String) throws {
        let name = try #require(path.split(separator: "/").last.map(String.init))
        let loader = FixtureLoader(
            dialects: FixtureLoader.shipped().dialects, rules: InvalidFixtureTests.rules
        ) { _ in .failure(FixtureLoader.FileProblem(reason: "does not exist")) }
        let (client, diagnostics) = ClientLoader(loader, placeholders: ClientFileTests.placeholders)
            .load(try RepositoryFiles.bytes(of: path), file: name)
        #expect(client == nil)
        #expect(diagnostics.contains { $0.severity == .error })
        try expectSnapshot(
            diagnostics.map { $0.rendered(colour: false) }.joined(), at: path.dropLast(".yaml".count) + ".txt")
    }
}
