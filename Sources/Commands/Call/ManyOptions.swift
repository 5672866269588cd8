internal import ArgumentParser
internal import Backoff
internal import BackoffClient
internal import HTTPSemantics
internal import HTTPTypes
internal import Synchronization

/// Many requests from one process. Values may begin with a minus, so that whoever reads them can say what is wrong.
struct ManyOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Call URL/0 to URL/N-1.", valueName: "N"))
    var requests: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Calls at once, those that wait for a retry included.", valueName: "C"))
    var concurrency = 10

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Calls begun per second, evenly; as fast as they go unless given.", valueName: "R"))
    var rate: Double?
}

extension Call {
    /// Calls every target, a fixed number of them at a time, and prints a summary.
    func runMany(_ requests: Int, target: CallTarget, body: [UInt8]?, in context: Context) async throws -> ExitStatus {
        let configuration = try clientConfiguration(concurrency: many.concurrency)
        let client = try makeClient(configuration)
        let line = AttemptLine(of: configuration.policy.attempts, isVerbose: verbose)
        let options = request
        let (isQuiet, isVerbose) = (quiet, verbose)
        let report: @Sendable (CallOutcome, CallTarget, String) throws -> String? = { [json] outcome, target, method in
            json ? try CallReport(outcome, url: target.url, method: method).line : nil
        }
        @Sendable func call(_ number: Int) async throws -> CallOutcome {
            let child = target.child(number)
            let message = options.message(to: child, hasBody: body != nil)
            let outcome = await CallOutcome { () async throws(BackoffError) in
                try await client.perform(message, body: body)
            }
            // A call's lines stay together, and say nothing where nothing was remarkable.
            if !isQuiet && (isVerbose || outcome.history.count > 1 || outcome.error != nil) {
                context.diagnostics.write(outcome.history.map { "#\(number) \(line.text($0))\n" }.joined())
            }
            if let text = try report(outcome, child, message.method.rawValue) { context.output.write(text) }
            return outcome
        }
        let begun = ContinuousClock.now
        let numbers = CallNumbers(below: requests)
        let rate = many.rate
        var summary = ManySummary()
        // A task for each call in flight, and not for each call.
        try await withThrowingTaskGroup(of: ManySummary.self) { group in
            for _ in 0..<min(many.concurrency, requests) {
                group.addTask {
                    var summary = ManySummary()
                    while let number = numbers.take() {
                        if let rate {
                            try await Task.sleep(until: begun + .seconds(Double(number) / rate), clock: .continuous)
                        }
                        summary.add(try await call(number))
                    }
                    return summary
                }
            }
            for try await part in group { summary.add(part) }
        }
        // Where results are for programs, the summary is for whoever watches.
        (json ? context.diagnostics : context.output).write(summary.text(elapsed: begun.duration(to: .now)) + "\n")
        return summary.status
    }
}

/// The numbers of the calls, for whoever makes the next one.
private final class CallNumbers: Sendable {
    private let count: Int
    private let next = Atomic(0)

    init(below count: Int) { self.count = count }

    /// nil after the last.
    func take() -> Int? {
        let number = next.add(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }
}

/// What many calls came to.
struct ManySummary {
    private(set) var calls = 0
    private(set) var answered = 0
    private(set) var attempts = 0
    private(set) var reached = 0

    mutating func add(_ outcome: CallOutcome) {
        calls += 1
        attempts += outcome.history.count
        if outcome.status == .good { answered += 1 }
        if outcome.status != .impossible { reached += 1 }
    }

    mutating func add(_ part: ManySummary) {
        calls += part.calls
        answered += part.answered
        attempts += part.attempts
        reached += part.reached
    }

    var status: ExitStatus { answered == calls ? .good : reached == 0 ? .impossible : .failed }

    /// `98 of 100 answered, 105 requests sent, in 2.3 s`.
    func text(elapsed: Duration) -> String {
        "\(answered) of \(calls) answered, \(attempts) requests sent, in \(DurationText.human(elapsed))"
    }
}
