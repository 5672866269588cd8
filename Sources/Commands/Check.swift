internal import ArgumentParser
internal import Fixtures
internal import FoundationEssentials
internal import Grading

/// `retrograde check FIXTURE…`
struct Check: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with fixtures, dialects and client files, and do nothing else.",
        discussion: """
            A folder means its own *.yaml, *.yml and *.json; "-" is standard input. Dialect files \
            and client files can be checked too.

            Ends with 0, or with 2 if there is an error. Warnings do not change the code.

            Example: retrograde check fixtures/
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Argument(help: "Fixture files or folders.")
    var fixtures: [String]

    @Option(help: "text: as a compiler prints them; json: an array of objects, for editors.")
    var format = Format.text

    func run(in context: Context) async throws -> ExitStatus {
        let files = FixtureFiles(rules: RuleCatalogue.settings)
        var diagnostics: [Diagnostic] = []
        var problems: [String] = []
        var count = 0
        // One that cannot be read does not keep the others from being checked.
        func trying(_ body: () throws(Failure) -> Void) {
            do throws(Failure) { try body() } catch { problems.append(error.message) }
        }
        for argument in fixtures {
            trying { () throws(Failure) in
                for path in try FixtureFiles.files(argument) {
                    trying { () throws(Failure) in
                        diagnostics += try files.check(path)
                        count += 1
                    }
                }
            }
        }
        switch format {
        case .text:
            let colour = context.output.isTerminal && context.environment["NO_COLOR", default: ""].isEmpty
            for diagnostic in diagnostics { context.output.write(diagnostic.rendered(colour: colour)) }
            // Of nothing at all there is no summary.
            guard count > 0 || problems.isEmpty else { break }
            context.diagnostics.write(Self.summary(of: diagnostics, files: count) + "\n")
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let text = try encoder.encode(diagnostics.map(Entry.init))
            context.output.write(String(decoding: text, as: UTF8.self) + "\n")
        }
        for problem in problems { context.diagnostics.write("retrograde: \(problem)\n") }
        return problems.isEmpty && !diagnostics.contains { $0.severity == .error } ? .good : .impossible
    }

    /// `3 files: 1 error, no warnings`.
    static func summary(of diagnostics: [Diagnostic], files: Int) -> String {
        func count(_ number: Int, _ noun: String) -> String {
            "\(number == 0 ? "no" : "\(number)") \(noun)\(number == 1 ? "" : "s")"
        }
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count { $0.severity == .warning }
        return "\(count(files, "file")): \(count(errors, "error")), \(count(warnings, "warning"))"
    }

    private struct Entry: Encodable {
        var file: String
        var line, column, endColumn: Int
        var severity, message: String

        init(_ diagnostic: Diagnostic) {
            file = diagnostic.file
            (line, column, endColumn) = (diagnostic.line, diagnostic.column, diagnostic.endColumn)
            severity = diagnostic.severity.rawValue
            message = diagnostic.message
        }
    }
}
