internal import ArgumentParser
internal import Backoff
internal import BackoffClient
internal import BackoffQueue
internal import HTTPSemantics
internal import HTTPTypes

/// `retrograde queue run FILE`
struct QueueRun: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Send what waits, within the upstream's quota, until only dead calls are left.",
        discussion: """
            A line per call goes to standard error, a summary to standard output. A signal lets what is under way wait \
            again; a process that is killed loses nothing. A call whose attempts all failed is tried again later, ten \
            times in all and at most 5 min apart.

            Ends with 0 if everything that was tried to its end was answered below 400, 1 if a call died, 2 if the file cannot be used.

            Example: retrograde queue run orders.queue --concurrency 4
            """)

    @Argument(help: "The queue; made where it is not, with --keep-running.") var file: String

    @Option(parsing: .unconditional, help: ArgumentHelp("Calls at a time.", valueName: "C"))
    var concurrency = 8

    @Flag(help: "Go on waiting for calls that are added.")
    var keepRunning = false

    @OptionGroup(title: "Policy") var policy: PolicyOptions

    @Option(help: ArgumentHelp("Trust these certificates (PEM) and no others.", valueName: "file"))
    var cacert: String?

    @Flag(help: "Take any certificate.")
    var insecure = false

    @Flag(name: [.short, .long], help: "No lines per call.")
    var quiet = false

    func validate() throws {
        var problems = try policy.policy().problems
        if concurrency < 1 { problems.append("--concurrency must be at least 1") }
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "; ")) }
    }

    func run(in context: Context) async throws -> ExitStatus {
        let queue = try keepRunning ? Queue.open(file) : Queue.openExisting(file)
        var configuration = BackoffClient.Configuration(policy: try policy.policy())
        configuration.attemptTimeout = policy.timeout.duration
        configuration.concurrency = concurrency
        configuration.seed = policy.seed
        configuration.caFile = cacert
        configuration.verifiesCertificates = !insecure
        let client: BackoffClient
        do { client = try BackoffClient(configuration) } catch { throw Failure(message: error.description) }
        let (isQuiet, concurrency, stops) = (quiet, concurrency, !keepRunning)
        let sending = Task { () async -> Result<CallQueue.Summary, QueueError> in
            do throws(QueueError) {
                let summary = try await queue.send(
                    through: client, concurrency: concurrency, stopsWhenEmpty: stops
                ) { call, ending in
                    if !isQuiet { context.diagnostics.write(Self.line(call, ending) + "\n") }
                }
                return .success(summary)
            } catch { return .failure(error) }
        }
        let signals = try context.signals.listen { _ in sending.cancel() }
        let result = await sending.value
        withExtendedLifetime(signals) {}
        switch result {
        case .failure(let error): throw Failure(message: "\(error)")
        case .success(let summary):
            let waiting = (try? queue.counts()[.waiting]) ?? 0
            context.output.write(Self.text(summary, waiting: waiting) + "\n")
            return summary.dead == 0 ? .good : .failed
        }
    }

    /// `498 answered, 2 dead, put off 3 times, 7 still wait`.
    static func text(_ summary: CallQueue.Summary, waiting: Int) -> String {
        var parts = ["\(summary.answered) answered", "\(summary.dead) dead"]
        switch summary.postponed {
        case 0: break
        case 1: parts.append("put off once")
        default: parts.append("put off \(summary.postponed) times")
        }
        if waiting > 0 { parts.append("\(waiting) still wait") }
        return parts.joined(separator: ", ")
    }

    static func line(_ call: QueuedCall, _ ending: CallQueue.Ending) -> String {
        let name = "#\(call.id) \(call.request.method.rawValue) \(Printable.text(call.request.path ?? "/"))"
        return switch ending {
        case .answered(let response): "\(name) · \(ReasonPhrase.line(response.response.status.code))"
        case .postponed(let wait, let reason):
            "\(name) · again in \(DurationText.human(wait)) · \(Printable.text(reason))"
        case .dead(let reason): "\(name) · dead · \(Printable.text(reason))"
        }
    }
}
