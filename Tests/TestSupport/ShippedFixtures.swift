public import Fixtures
internal import MockServer

/// Fixtures that cannot be read, as the text of their diagnostics.
public struct BrokenFixture: Error, CustomStringConvertible {
    public var description: String

    public init(description: String) { self.description = description }
}

extension FixtureLoader {
    /// A loader with the dialects that the product ships. It reads files of `folder` below the repository's root.
    public static func shipped(rules: [String: Set<String>] = [:], folder: String = "fixtures") -> FixtureLoader {
        FixtureLoader(dialects: EmbeddedFiles.dialects, rules: rules) { path in
            do {
                return .success(try RepositoryFiles.bytes(of: "\(folder)/\(path)"))
            } catch {
                return .failure(FileProblem(reason: "cannot be read"))
            }
        }
    }
}

extension Fixture {
    /// A fixture from text, or an error with the diagnostics. Warnings are errors here.
    public static func parsed(
        _ text: String, file: String = "test.yaml", parameters: [String: String] = [:], dialect: String? = nil,
        rules: [String: Set<String>] = [:]
    ) throws -> Fixture {
        try fixture(
            from: FixtureLoader.shipped(rules: rules)
                .load(Array(text.utf8), file: file, parameters: parameters, dialect: dialect))
    }

    /// A fixture of the repository, by its path below the root, as `fixtures/demo.yaml`.
    public static func shipped(
        _ path: String, parameters: [String: String] = [:], dialect: String? = nil, rules: [String: Set<String>] = [:]
    ) throws -> Fixture {
        try fixture(
            from: FixtureLoader.shipped(rules: rules)
                .load(try RepositoryFiles.bytes(of: path), file: path, parameters: parameters, dialect: dialect))
    }

    private static func fixture(from outcome: FixtureLoader.Outcome) throws -> Fixture {
        guard let fixture = outcome.fixture, outcome.diagnostics.isEmpty else {
            throw BrokenFixture(description: outcome.diagnostics.map { $0.rendered(colour: false) }.joined())
        }
        return fixture
    }
}
