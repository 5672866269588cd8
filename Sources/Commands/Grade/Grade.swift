internal import ArgumentParser
internal import Fixtures
internal import Grading
internal import MockServer

/// `retrograde grade`: runs a client against the suite and reports how it retries.
struct Grade: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a client against the suite and report how it retries.",
        usage: "retrograde grade [<options>] -- <command> …",
        discussion: """
            The command makes one GET and exits; {url} in it stands for the address of the fake upstream, which is \
            also in its environment as RETROGRADE_URL. It is started many times, each time against a fresh upstream \
            that refuses, fails or misleads in another way.

              retrograde grade -- curl -sSf --retry 4 {url}
              retrograde grade --suite quick --report-only -- ./my-client --base-url {url}
              retrograde grade --post 'curl -sSf --retry 4 -d @{body} {url}' -- curl -sSf --retry 4 {url}

            Placeholders: {url} {method} {body} {requests} {concurrency} {rate} {deadline}; the environment has \
            RETROGRADE_URL, RETROGRADE_METHOD and so on. A command with {method} and {body} is used for POSTs too, one with \
            {requests} for many calls from one process: {url}/0, {url}/1 and so on, {concurrency} at a time and \
            {rate} begun per second.

              retrograde grade -- retrograde call --requests {requests} --concurrency {concurrency} {url}

            Ends with 0 if nothing speaks against the client, 1 if something does, 2 if no request ever arrived or \
            the runs could not be made, 64 if the command line is wrong.
            """)

    @Option(help: "Which rules: quick (7 rules), standard (16), full (all there are).")
    var suite = "standard"

    @Option(help: "Judge only these rules, separated by commas.")
    var only: String?

    @Flag(help: "Notes and a lack of evidence count as failures.")
    var strict = false

    @Flag(help: "End with 0 whatever the verdicts are, once there is a report.")
    var reportOnly = false

    @Option(help: "A file with a line for every verdict that is known and accepted: RA-01: fail")
    var baseline: String?

    @Option(name: .long, defaultAsFlag: "-", help: "Write the report as JSON, to a file or instead of the text.")
    var json: String?

    @Option(help: "Write the report as JUnit XML.")
    var junit: String?

    @Option(help: "Write the report as Markdown.")
    var markdown: String?

    @Option(help: "How the upstream words its refusals: a dialect's name, or a dialect file.")
    var dialect: String?

    @Option(help: "A file that says what a success looks like: status, headers, and text, json or file.")
    var success: String?

    @Option(
        help: """
            The command for POSTs, as one string. It is split at spaces outside quotes; no shell runs it. {body} \
            stands for a file with 64 KiB.
            """)
    var post: String?

    @Option(help: "The seed of all random choices.")
    var seed: UInt64 = 1

    @Argument(parsing: .postTerminator, help: "The client's command line.")
    var command: [String] = []

    func validate() throws {
        guard Suite.named(suite) != nil else {
            let names = Suite.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no suite \"\(suite)\"; there are \(names)")
        }
        _ = try selectedRules()
        if command.isEmpty, post == nil {
            throw ValidationError("name the client's command after --, as in: retrograde grade -- curl -sSf {url}")
        }
        if command.first?.isEmpty == true { throw ValidationError("the command's first word is empty") }
        _ = try postCommand()
    }

    func run(in context: Context) async throws -> ExitStatus {
        let accepted = try baseline.map(Self.readBaseline)
        let rules = try selectedRules()
        let folder = try ScratchFolder(in: context.environment)
        let commands = ClientCommands(
            main: command.isEmpty ? nil : ClientCommand(words: command), post: try postCommand(),
            reference: { ReferenceClient.command(context.executable, delay: $0) },
            body: try folder.writeBody(seed: seed))
        let interruption = Interruption()
        let session = try makeSession(rules, commands, context, interruption)
        let signals = try context.signals.listen(interruption.note)
        let outcome = try await session.run()
        withExtendedLifetime((folder, signals)) {}
        if let silent = outcome.silent { throw SilentClient.failure(silent, commands) }

        var card = ReportCard(
            client: ShellWords.join(command.isEmpty ? commands.post?.words ?? [] : command), suite: suite, seed: seed,
            judgements: outcome.inquiry.judgements)
        card.noiseFloor = outcome.inquiry.evidence.noiseFloor
        let report = Report(
            card: card, strict: strict, elapsed: outcome.elapsed, options: repeatedOptions,
            postOptions: post.map { ["--post", $0] } ?? [],
            client: command.isEmpty ? [] : ["--"] + command, comparison: accepted?.compare(card, strict: strict),
            cutShort: outcome.cutShort)
        try write(report, in: context)
        return status(of: report, in: context)
    }
}
