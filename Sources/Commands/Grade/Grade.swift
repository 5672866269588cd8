internal import ArgumentParser
internal import Fixtures
internal import Grading
internal import MockServer

/// `retrograde grade`: runs a client against the suite and reports how it retries.
struct Grade: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "grade",
        abstract: "Run a client against the suite and report how it retries.",
        usage: "retrograde grade [<options>] -- <command> …",
        discussion: """
            The command makes one GET and exits; {url} in it stands for the address of the fake upstream, which is \
            also in its environment as RETROGRADE_URL. It is started many times, each time against a fresh upstream \
            that refuses, fails or misleads in another way.

              retrograde grade -- curl -sSf --retry 4 {url}
              retrograde grade fixtures/clients/curl.yaml
              retrograde grade --matrix fixtures/clients
              retrograde grade --journal requests.ndjson
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

    @Option(
        help: """
            Which rules: quick (7 rules), standard (16), full (all there are); or a folder of your own scenarios, each \
            a fixture whose expect names the rules that judge it.
            """)
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

    @Option(help: "Write the report as one HTML page that needs nothing else.")
    var html: String?

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

    @Option(help: "Grade every client file of a folder, one after the other, and report a table of clients and rules.")
    var matrix: String?

    @Option(help: "Judge the requests of a recorded journal instead of running a client; - is standard input.")
    var journal: String?

    @Option(
        help: """
            Keep the journal of every run in this new folder, and in its runs.ndjson what was run and how it ended.
            """)
    var keepJournals: String?

    @Option(help: "The seed of all random choices.")
    var seed: UInt64 = 1

    @Argument(help: "A file that describes the client: its commands, and what it insists on and declares.")
    var clientFile: String?

    @Argument(parsing: .postTerminator, help: "The client's command line.")
    var command: [String] = []

    func validate() throws {
        guard Suite.named(suite) != nil || OwnSuite.isFolder(suite) else {
            let names = Suite.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no suite \"\(suite)\"; there are \(names), or name a folder of scenarios")
        }
        _ = try selectedIDs()
        if matrix != nil || journal != nil { return try validateOtherSources() }
        if let clientFile {
            guard clientFile.contains("/") || [".yaml", ".yml", ".json"].contains(where: clientFile.hasSuffix) else {
                throw ValidationError(
                    "\(clientFile) is no client file; name the client's command after --, as in: "
                        + "retrograde grade -- \(clientFile) {url}")
            }
            if !command.isEmpty { throw ValidationError("give a client file or a command after --, not both") }
            if post != nil { throw ValidationError("a client file names its command for POSTs itself, not --post") }
        } else if command.isEmpty, post == nil {
            throw ValidationError(
                "name a client file, or the client's command after --, as in: retrograde grade -- curl -sSf {url}")
        }
        if command.first?.isEmpty == true { throw ValidationError("the command's first word is empty") }
        _ = try postCommand()
    }

    /// `--matrix` and `--journal` say what is judged; what else would say it has no place beside them.
    private func validateOtherSources() throws {
        let name = matrix != nil ? "--matrix" : "--journal"
        if matrix != nil, journal != nil { throw ValidationError("give --matrix or --journal, not both") }
        if !command.isEmpty { throw ValidationError("\(name) takes no command after --") }
        if post != nil { throw ValidationError("\(name) takes no --post") }
        if journal != nil, Suite.named(suite) == nil {
            throw ValidationError("the scenarios of \(suite) are met by a client; a journal has been recorded")
        }
        if matrix != nil {
            if clientFile != nil { throw ValidationError("--matrix names a folder of client files; it takes no other") }
            if baseline != nil { throw ValidationError("a baseline is of one client; --matrix takes none") }
        } else if dialect != nil || success != nil {
            throw ValidationError("--dialect and --success are for upstreams that are run; a journal has been recorded")
        } else if keepJournals != nil {
            throw ValidationError("--keep-journals is for runs; with --journal there are none")
        }
    }

    func run(in context: Context) async throws -> ExitStatus {
        // Runs take minutes; that their report cannot be written is said before.
        for file in [json, junit, markdown, html].compactMap(\.self) where file != "-" { try OutputFile.probe(file) }
        if let matrix { return try await gradeMatrix(matrix, in: context) }
        if let journal { return try judgeJournal(journal, in: context) }
        let accepted = try baseline.map(Self.readBaseline)
        let client = try clientFile.map { try loadClient($0, context) } ?? commandLineClient()
        let journals = try keepJournals.map { try KeptJournals(in: $0) }
        let interruption = Interruption()
        let signals = try context.signals.listen { interruption.note($0) }
        var report = try await grade(client, by: try selectedRules(), keeping: journals, context, interruption)
        withExtendedLifetime(signals) {}
        report.comparison = accepted?.compare(report.card, strict: strict)
        try write(report, in: context)
        return status(of: report, in: context)
    }
}
