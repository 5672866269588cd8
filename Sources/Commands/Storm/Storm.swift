internal import ArgumentParser
internal import HTTPSemantics
internal import MockServer

/// `retrograde storm`: what a retry policy costs, measured.
struct Storm: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "storm",
        abstract: "Measure what retry policies cost: calls, waste, money, time and storms, side by side.",
        usage: "retrograde storm [<options>] [-- <command> …]",
        discussion: """
            Five clients meet the same upstreams over real sockets, each a lane of its own: one that never tries again, \
            one that tries every second, one with the textbook's exponential ladder, a retry loop around another, and \
            the backoff client of this package. A command after -- is a sixth: it makes one GET of {url} and exits with 0 \
            where that succeeded.

            The upstreams: (a) the first three requests are refused; (b) a quota; (c) an outage; (d) workers that are \
            refused together, to see whether they come back together. Everything is read from the upstreams' journals \
            and from the callers. A quota by the minute would take minutes: 2 s stand for one unless --quota says \
            otherwise.

              retrograde storm
              retrograde storm --svg storm.svg --json storm.json
              retrograde storm --quota 100/1m --requests 500 --workers 50
              retrograde storm -- curl -sSf -o /dev/null --retry 4 {url}

            Ends with 0 once everything was measured, 2 if it could not be, 64 if the command line is wrong.
            """)

    @Option(parsing: .unconditional, help: ArgumentHelp("Calls of each client.", valueName: "N"))
    var requests = 100

    @Option(parsing: .unconditional, help: ArgumentHelp("Calls of a client at the same time.", valueName: "W"))
    var workers = 10

    @Option(help: ArgumentHelp("The quota of (b).", valueName: "number/time"))
    var quota = QuotaArgument(QuotaText(quota: 15, window: .seconds(2)))

    @Option(parsing: .unconditional, help: ArgumentHelp("How long the outage of (c) lasts.", valueName: "time"))
    var outage = DurationArgument(.seconds(5))

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What the refusals of (a) and the outage announce, in whole seconds; 0: nothing.", valueName: "time"))
    var retryAfter = DurationArgument(.seconds(1))

    @Option(
        help: ArgumentHelp(
            "How the quota words its fields and refusals: a dialect by its name; nginx announces nothing.",
            valueName: "name"))
    var dialect = "plain"

    @Option(parsing: .unconditional, help: ArgumentHelp("What a request costs, in dollars.", valueName: "dollars"))
    var price = 0.0345

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The first wait of the exponential ladder and of the backoff client.", valueName: "time"))
    var base = DurationArgument(.seconds(1))

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How often the 20 workers of (d) are refused together; 0 leaves (d) out.", valueName: "n"))
    var herds = 3

    @Option(help: "The seed of all random choices.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Write the figures as JSON.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write a drawing that needs nothing else.", valueName: "file"))
    var svg: String?

    @Argument(parsing: .postTerminator, help: "A client of yours, a process for each call.")
    var command: [String] = []

    var settings: StormSettings {
        var settings = StormSettings()
        settings.requests = requests
        settings.workers = workers
        settings.quota = quota.quota
        settings.outage = outage.duration
        settings.hint = retryAfter.duration > .zero ? retryAfter.duration : nil
        settings.dialect = dialect
        settings.price = price
        settings.base = base.duration
        settings.herds = herds
        settings.seed = seed
        return settings
    }

    func validate() throws {
        var problems: [String] = []
        if !(1...100_000).contains(requests) { problems.append("--requests must lie between 1 and 100000") }
        if !(1...1_000).contains(workers) { problems.append("--workers must lie between 1 and 1000") }
        if outage.duration <= .zero { problems.append("--outage must be longer than zero") }
        if retryAfter.duration < .zero || retryAfter.duration.nanoseconds % 1_000_000_000 != 0 {
            problems.append("--retry-after must be a number of whole seconds")
        }
        if !(price >= 0 && price.isFinite) { problems.append("--price must not be negative") }
        if base.duration < .milliseconds(100) || base.duration > .seconds(20) {
            problems.append("--base must lie between 100ms and 20s")
        }
        if !(0...100).contains(herds) { problems.append("--herds must lie between 0 and 100") }
        if command.first?.isEmpty == true { problems.append("the command's first word is empty") }
        if !dialect.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }) {
            problems.append("--dialect takes the name of a dialect that is built in")
        }
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "; ")) }
    }

    func run(in context: Context) async throws -> ExitStatus {
        for file in [json, svg].compactMap(\.self) { try OutputFile.probe(file) }
        let program = try command.first.map { try ExecutableLookup.path(of: $0, in: context.environment) }
        do { _ = try StormScenario.quota.fixture(settings) } catch {
            throw Failure(message: "the quota cannot be served:\n\(error)")
        }
        let measurement = Task { try await measure(program: program, in: context) }
        let signals = try context.signals.listen { _ in measurement.cancel() }
        let report: StormReport
        do { report = try await measurement.value } catch is CancellationError {
            throw Failure(message: "interrupted; nothing is reported of what was not measured to its end")
        }
        withExtendedLifetime(signals) {}
        let columns = context.output.isTerminal ? Terminal.columns(of: .output) : nil
        let table = StormTable(colour: context.output.isColoured(in: context.environment), columns: columns)
        context.output.write(table.text(report))
        if let json { try TextFile.write(Array(StormJSON.text(report).utf8), to: json) }
        if let svg { try TextFile.write(Array(StormFigure(report).text.utf8), to: svg) }
        return .good
    }

    private func measure(program: String?, in context: Context) async throws -> StormReport {
        let settings = settings
        let clients = StormClient.builtIn + (command.isEmpty ? [] : [.command(command)])
        let server: MockServer
        do { server = try MockServer() } catch { throw Failure(message: "\(error)") }
        let runner = StormRunner(
            server: server, settings: settings, environment: context.environment, program: program)
        let begun = ContinuousClock.now
        func say(_ letter: String, _ title: String) {
            context.diagnostics.write(
                "\(Decimal.text((ContinuousClock.now - begun).inSeconds, places: 1)) s  (\(letter)) \(title)\n")
        }
        var runs: [(StormScenario, [StormRun])] = []
        var indices: [[HerdIndex]] = []
        do {
            for scenario in StormScenario.allCases {
                say(scenario.letter, scenario.title(settings))
                runs.append((scenario, try await runner.run(clients, in: scenario)))
            }
            for number in 0..<settings.herds {
                say("d", "\(StormHerd.title(settings)), time \(number + 1) of \(settings.herds)")
                indices.append(try await runner.herd(clients, number: number))
            }
        } catch {
            await server.shutdown(grace: .zero)
            throw error
        }
        await server.shutdown(grace: .zero)
        return StormReport(
            settings, clients: clients, runs: runs, herds: indices,
            seconds: (ContinuousClock.now - begun).inSeconds)
    }
}

/// A quota in a window of time: `100/1m`.
struct QuotaArgument: ExpressibleByArgument, CustomStringConvertible {
    var quota: QuotaText

    init(_ quota: QuotaText) { self.quota = quota }

    init?(argument: String) {
        guard let quota = QuotaText(argument) else { return nil }
        self.quota = quota
    }

    var description: String { quota.text }
    var defaultValueDescription: String { description }
}
