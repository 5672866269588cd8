internal import ArgumentParser
internal import Backoff
internal import BackoffClient
internal import HTTPSemantics
internal import HTTPTypes

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
        var summary = ManySummary()
        try await withThrowingTaskGroup(of: CallOutcome.self) { group in
            for number in 0..<requests {
                if number >= many.concurrency, let outcome = try await group.next() { summary.add(outcome) }
                if let rate = many.rate {
                    try await Task.sleep(until: begun + .seconds(Double(number) / rate), clock: .continuous)
                }
                group.addTask { try await call(number) }
            }
            for try await outcome in group { summary.add(outcome) }
        }
        // Where results are for programs, the summary is for whoever watches.
        (json ? context.diagnostics : context.output).write(summary.text(elapsed: begun.duration(to: .now)) + "\n")
        return summary.status
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

    var status: ExitStatus { answered == calls ? .good : reached == 0 ? .impossible : .failed }

    /// `98 of 100 answered, 105 requests sent, in 2.3 s`.
    func text(elapsed: Duration) -> String {
        "\(answered) of \(calls) answered, \(attempts) requests sent, in \(DurationText.human(elapsed))"
    }
}
