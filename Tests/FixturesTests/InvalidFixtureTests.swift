import Fixtures
import TestSupport
import Testing

/// Each file of `fixtures/invalid/` beside what there is to say about it, exactly as it is printed.
///
/// With RETROGRADE_RECORD=1 in the environment the tests write what is said now; read it before committing it.
struct InvalidFixtureTests {
    static let paths = RepositoryFiles.files(in: "fixtures/invalid", endingWith: ".yaml")
    static let rules: [String: Set<String>] = ["RA-01": [], "AT-01": ["most"]]

    @Test func `there are more than a hundred of them`() { #expect(Self.paths.count >= 100) }

    @Test(arguments: paths)
    func `is told what is wrong`(path: String) throws {
        let name = try #require(path.split(separator: "/").last.map(String.init))
        let loader = FixtureLoader(dialects: FixtureLoader.shipped().dialects, rules: Self.rules) { _ in
            .failure(FixtureLoader.FileProblem(reason: "does not exist"))
        }
        let outcome = loader.load(try RepositoryFiles.bytes(of: path), file: name)
        #expect(outcome.fixture == nil)
        #expect(outcome.diagnostics.contains { $0.severity == .error })
        try expectSnapshot(
            outcome.diagnostics.map { $0.rendered(colour: false) }.joined(),
            at: path.dropLast(".yaml".count) + ".txt")
    }
}
