internal import ArgumentParser
internal import Backoff
internal import BackoffClient
internal import HTTPTypes

/// `retrograde call URL`
struct Call: Subcommand {
    static let configuration = CommandConfiguration(
        abstract: "Send a request through the backoff client: a curl that retries properly.",
        discussion: """
            The body goes to standard output, a line per attempt to standard error. With --requests N, URL/0 to \
            URL/N-1 are called, and a summary is printed instead of the bodies.

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

    @Flag(name: [.short, .long], help: "No lines per attempt.")
    var quiet = false

    func validate() throws {
        guard CallTarget(url) != nil else { throw ValidationError("\"\(url)\" is no URL of http or https") }
        var problems = try policy.policy().problems
        if let requests = many.requests, requests < 1 { problems.append("--requests must be at least 1") }
        if many.concurrency < 1 { problems.append("--concurrency must be at least 1") }
        if let rate = many.rate, !(rate > 0 && rate.isFinite) { problems.append("--rate must be above zero") }
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
        var configuration = try clientConfiguration(concurrency: 1)
        if !quiet {
            let attempts = configuration.policy.attempts
            configuration.onAttempt = { context.diagnostics.write(AttemptLine(of: attempts).text($0) + "\n") }
        }
        let client = try makeClient(configuration)
        let outcome = await CallOutcome { () async throws(BackoffError) in
            try await client.perform(request.message(to: target, hasBody: body != nil), body: body)
        }
        if let body = outcome.response?.body { try write(body, in: context) }
        if !quiet, let hint = outcome.redirection { context.diagnostics.write(hint + "\n") }
        if !quiet, outcome.history.isEmpty, let error = outcome.error {
            context.diagnostics.write("retrograde: \(error)\n")
        }
        return outcome.status
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
        if let proxy = request.proxy { configuration.proxy = proxy.isEmpty ? .none : .url(proxy) }
        configuration.acceptsCompression = request.compressed
        return configuration
    }

    func makeClient(_ configuration: BackoffClient.Configuration) throws(Failure) -> BackoffClient {
        do { return try BackoffClient(configuration) } catch { throw Failure(message: error.description) }
    }

    private func write(_ body: [UInt8], in context: Context) throws(Failure) {
        guard let output else { return context.output.writeBytes(body) }
        do { try BodyFile.write(body, to: output) } catch { throw Failure(message: "\(output) \(error.reason)") }
    }
}

/// How a call ended, as the command sees it.
struct CallOutcome: Sendable {
    /// The answer, or the last response before the client gave up.
    var response: BackoffResponse?
    var error: BackoffError?

    init(of body: () async throws(BackoffError) -> BackoffResponse) async {
        do {
            response = try await body()
        } catch {
            response = error.lastResponse
            self.error = error
        }
    }

    /// What a redirection says that the client does not follow.
    var redirection: String? {
        guard let response = response?.response, [301, 302, 303, 307, 308].contains(response.status.code),
            let location = response.headerFields[.location]
        else { return nil }
        return "not followed: Location \(Printable.text(location))"
    }

    var history: [Attempt] { error?.history ?? response?.history ?? [] }

    var status: ExitStatus {
        if error == nil, let response, response.response.status.code < 400 { return .good }
        let reached = history.contains { attempt in
            switch attempt.outcome {
            case .response: true
            case .failure(let failure): !TransportFailure.beforeSending.contains(failure)
            }
        }
        return reached ? .failed : .impossible
    }
}

extension TransportFailure {
    /// The failures that mean that nobody was reached.
    fileprivate static let beforeSending: Set<TransportFailure> = [
        .nameNotResolved, .cannotConnect, .tlsHandshakeFailed, .certificateRefused, .unsendable,
    ]
}
