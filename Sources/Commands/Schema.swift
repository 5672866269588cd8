internal import ArgumentParser
internal import MockServer

/// `retrograde schema`
struct Schema: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema (draft-07) of fixtures, for editors that complete and check YAML.",
        discussion: """
            Example: retrograde schema > fixture.schema.json
            A fixture names it in its first line: # yaml-language-server: $schema=fixture.schema.json
            """)

    func run(in context: Context) async throws -> ExitStatus {
        guard let bytes = EmbeddedFiles.bytes(of: "schema/fixture.json") else {
            throw Failure(message: "this binary carries no schema")
        }
        context.output.write(String(decoding: bytes, as: UTF8.self))
        return .good
    }
}
