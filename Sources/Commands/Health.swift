internal import ArgumentParser
internal import MockServer

/// `retrograde health URL`
struct Health: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a running server whether it serves; made for a container's HEALTHCHECK.",
        discussion: """
            Ends with 0 if the server answers, else with 1 and a sentence why not.

            Example: retrograde health http://127.0.0.1:49214
            """)

    @Argument(help: "The control URL of a server, as its ready line has it.")
    var url: String

    func run(in context: Context) async throws -> ExitStatus {
        do throws(HealthProbe.Failure) {
            try HealthProbe.check(url)
            return .good
        } catch {
            context.diagnostics.write("retrograde: \(url) \(error.reason)\n")
            return .failed
        }
    }
}
