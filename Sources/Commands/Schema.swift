internal import ArgumentParser
internal import MockServer

/// `retrograde schema [NAME]`
struct Schema: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema (draft-07) of fixtures, client files or reports.",
        discussion: """
            With it an editor completes and checks YAML, and a program knows what it reads.

            Example: retrograde schema > fixture.schema.json
                     retrograde schema client > client.schema.json
                     retrograde schema report > report.schema.json
                     retrograde schema storm > storm.schema.json
            A file names it in its first line: # yaml-language-server: $schema=fixture.schema.json
            """)

    enum Document: String, ExpressibleByArgument, CaseIterable {
        case fixture, client
        /// What `grade --json` writes.
        case report
        /// What `storm --json` writes.
        case storm
    }

    @Argument(help: "What is described.")
    var document = Document.fixture

    func run(in context: Context) async throws -> ExitStatus {
        guard let bytes = EmbeddedFiles.bytes(of: "schema/\(document.rawValue).json") else {
            throw Failure(message: "this binary carries no schema")
        }
        context.output.write(String(decoding: bytes, as: UTF8.self))
        return .good
    }
}
