internal import ArgumentParser
internal import Fixtures
internal import Glibc
internal import Grading
internal import HTTPSemantics

/// The scenarios of a folder that `--suite` names.
struct OwnSuite: Sendable {
    /// What they expect, in the order of their names.
    var scenarios: [OwnScenario]
    /// By their paths.
    var fixtures: [String: Fixture]

    /// Loads the folder's own fixtures, without those in its sub-folders.
    ///
    /// - Parameter overrides: the dialect and the success body of the client that they are loaded for.
    /// - Throws: ``Failure`` with everything that is wrong with any of them.
    init(_ folder: String, _ files: FixtureFiles, _ overrides: FixtureFiles.Overrides) throws(Failure) {
        (scenarios, fixtures) = ([], [:])
        var problems = ""
        for path in try FixtureFiles.files(folder) {
            let (fixture, diagnostics) = try Self.load(path, files, overrides)
            guard let fixture else {
                problems += diagnostics.map { $0.rendered(colour: false) }.joined()
                continue
            }
            if fixture.expectations.isEmpty {
                problems +=
                    "\(path): error: it expects nothing; name rules that judge its journal, as in: "
                    + "expect: [ RA-01 ]\n"
            }
            for id in fixture.expectations.map(\.rule) where RuleCatalogue.rule(id)?.observe == nil {
                problems +=
                    "\(path): error: \(id) needs scenarios of its own and judges no journal; it is part of "
                    + "--suite full\n"
            }
            for name in ["requests", "concurrency"] {
                guard let text = fixture.parameters[name], Int(text).map({ $0 > 0 }) != true else { continue }
                problems +=
                    "\(path): error: the parameter \(name) tells the client how many, so it is a number from 1\n"
            }
            fixtures[path] = fixture
            scenarios.append(OwnScenario(fixture, file: path))
        }
        guard problems.isEmpty else { throw Failure(message: "the suite \(folder) cannot be used\n\(problems)") }
    }

    private static func load(
        _ path: String, _ files: FixtureFiles, _ overrides: FixtureFiles.Overrides
    ) throws(Failure) -> (Fixture?, [Diagnostic]) {
        let outcome = try files.load(path, overrides)
        return (outcome.fixture, outcome.diagnostics)
    }

    /// Whether the word of `--suite` is a folder.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

extension OwnScenario {
    /// The command that meets it follows from the fixture: one for many calls where its parameters say how many
    /// `requests`, one that obeys a `deadline` where they name one, one that sends a POST where it takes nothing else.
    init(_ fixture: Fixture, file: String) {
        var parameters = fixture.parameters.filter { RunRequest.Kind.commandParameters.contains($0.key) }
        let takesOnlyPosts = fixture.routes.allSatisfy { $0.match.method == "POST" }
        let profile: Profile
        if parameters["requests"] != nil {
            profile = .many
            if parameters["rate"] == nil { parameters["rate"] = "1000" }
            if takesOnlyPosts { parameters["method"] = "POST" }
        } else {
            profile = parameters["deadline"] != nil ? .deadline : takesOnlyPosts ? .post : .get
        }
        self.init(
            file: file, profile: profile, parameters: parameters,
            wallSteps: fixture.clockSteps.map { WallStep(at: .zero + $0.at, by: $0.by) },
            expectations: Dictionary(fixture.expectations.map { ($0.rule, $0.settings) }) { $1 })
    }
}
