internal import ArgumentParser
internal import Backoff
internal import BackoffClient
internal import HTTPTypes

/// `retrograde call URL`
struct Call: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Send a request through the backoff client: a curl that retries properly.",
        discussion: """
            The body goes to standard output, a line per attempt to standard error. A body that goes to a file is \
            written as it comes, with a progress bar where standard error is a terminal; where it breaks off, the rest \
            is asked for if a strong ETag shows that it is the same. With --requests N, URL/0 to URL/N-1 are called, \
            and a summary is printed instead of the bodies.

            Ends with 0 if everything was answered below 400; 1 if an answer was an error or there was none; 2 if the \
            server could not be reached at all.

            Example: retrograde call --deadline 10s http://127.0.0.1:8080/v1/models
            """)

    @Argument(help: "http://… or https://…; http:// may be left out.")
    var url: String

    @OptionGroup(title: "Request") var request: RequestOptions
    @OptionGroup(title: "Policy") var policy: PolicyOptions
    @OptionGroup(title: "Many requests") var many: ManyOptions

    @Option(name: [.short, .long], help: ArgumentHelp("Write the body to a file.", valueName: "file"))
    var output: String?

    @Flag(name: [.short, .long], help: "No lines per attempt, and no progress bar.")
    var quiet = false

    @Flag(
        name: [.short, .long],
        help: "Also when an attempt began, how long it took, and the response's fields; of many calls, every attempt.")
    var verbose = false

    @Flag(help: "Print the history as a line of JSON instead of the body; with --requests, a line per call.")
    var json = false

    func validate() throws {
        guard CallTarget(url) != nil else { throw ValidationError("\"\(url)\" is no URL of http or https") }
        var problems = try policy.policy().problems
        if let requests = many.requests, requests < 1 { problems.append("--requests must be at least 1") }
        if many.concurrency < 1 { problems.append("--concurrency must be at least 1") }
        if let rate = many.rate, !(rate > 0 && rate.isFinite) { problems.append("--rate must be above zero") }
        if quiet && verbose { problems.append("--quiet and --verbose exclude each other") }
        if many.requests != nil {
            if output != nil { problems.append("--output is for a single request") }
            if let key = request.idempotencyKey, key != "auto" {
                problems.append("several requests need a key each: --idempotency-key auto")
            }
        }
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "; ")) }
    }

    func run(in context: Context) async throws -> ExitStatus {
        guard let target = CallTarget(url) else { throw ValidationError("\"\(url)\" is no URL of http or https") }
        let body = try request.body()
        if let output { try OutputFile.probe(output) }
        if let requests = many.requests {
            return try await runMany(requests, target: target, body: body, in: context)
        }
        let display = CallDisplay(context.diagnostics, columns: Terminal.columns(of: .diagnostics))
        var configuration = try clientConfiguration(concurrency: 1)
        let line = AttemptLine(of: configuration.policy.attempts, isVerbose: verbose)
        let isQuiet = quiet
        configuration.onAttempt = { if !isQuiet { display.say(line.text($0)) } }
        let client = try makeClient(configuration)
        let message = request.message(to: target, hasBody: body != nil)
        let outcome =
            if let output {
                try await fetch(message, body: body, with: client, into: output, showing: quiet ? nil : display)
            } else {
                await CallOutcome { () async throws(BackoffError) in try await client.perform(message, body: body) }
            }
        display.clear()
        if json {
            context.output.write(try CallReport(outcome, url: url, method: message.method.rawValue).line)
        } else {
            context.output.writeBytes(outcome.body)
        }
        if !quiet, let hint = outcome.redirection { display.say(hint) }
        if verbose, let response = outcome.response { display.say(AttemptLine.fields(of: response)) }
        if !quiet, outcome.history.isEmpty, let error = outcome.error { display.say("retrograde: \(error)") }
        return outcome.status
    }

    /// Writes the body to a file as it comes. What an error says is written too, unless something came before it.
    private func fetch(
        _ message: HTTPRequest, body: [UInt8]?, with client: BackoffClient, into path: String,
        showing display: CallDisplay?
    ) async throws -> CallOutcome {
        var size = 0
        do {
            let streamed = try await client.stream(message, body: body)
            let length = streamed.response.headerFields[.contentLength].flatMap { Int($0) }
            var file = try OutputFile(path)
            for try await piece in streamed.body {
                try file.write(piece)
                size += piece.count
                display?.show(size, of: length)
            }
            var outcome = CallOutcome()
            (outcome.response, outcome.bodySize, outcome.history) = (streamed.response, size, streamed.body.history)
            return outcome
        } catch let error as BackoffError {
            var outcome = CallOutcome(error)
            if size == 0, outcome.response != nil {
                var file = try OutputFile(path)
                try file.write(outcome.body)
            } else {
                outcome.bodySize = size
            }
            outcome.body = []
            return outcome
        }
    }

    func clientConfiguration(concurrency: Int) throws -> BackoffClient.Configuration {
        var configuration = BackoffClient.Configuration(policy: try policy.policy())
        configuration.attemptTimeout = policy.timeout.duration
        configuration.concurrency = concurrency
        configuration.seed = policy.seed
        configuration.caFile = request.cacert
        configuration.verifiesCertificates = !request.insecure
        if let certificate = request.cert, let key = request.key {
            configuration.clientCertificate = .init(certificateFile: certificate, keyFile: key)
        }
        if let proxy = request.throughProxy { configuration.proxy = proxy }
        configuration.acceptsCompression = request.compressed
        return configuration
    }

    func makeClient(_ configuration: BackoffClient.Configuration) throws(Failure) -> BackoffClient {
        do { return try BackoffClient(configuration) } catch { throw Failure(message: error.description) }
    }
}
