internal import ArgumentParser
internal import Fixtures
internal import Glibc
internal import Grading
internal import HTTPSemantics
internal import Logging
internal import MockServer
internal import Upstream

/// `retrograde serve [FIXTURE…]`
struct Serve: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve fake upstreams, one for each fixture.",
        discussion: """
            Without a fixture it serves a built-in demonstration upstream. Once everything listens, one line of JSON
            on standard output says where. SIGTERM, SIGINT or POST /v1/shutdown end it: replies under way and parked
            ones have --grace to finish, the rest is dropped, each fixture's "expect" is judged, and the exit code
            is 0, or 1 if a rule failed. A second signal, a moment later, ends it at once.

            Example: retrograde serve fixtures/first-three-429.yaml --set wait=6s
            """)

    @Argument(help: "Fixture files, folders of them, or - for standard input.")
    var fixtures: [String] = []

    @Option(help: "Where the upstreams listen. Port 0: a free one for each; else further ones take the next ports.")
    var listen = Endpoint(address: SocketAddress(host: "127.0.0.1", port: 0)!)

    @Option(help: "Where the control API listens.")
    var control = Endpoint(address: SocketAddress(host: "127.0.0.1", port: 0)!)

    @Option(help: "The token that the control API demands; needed on any address but loopback.")
    var controlToken: String?

    @Option(help: "Write the ready line to this file too, once everything listens. It is removed at the end.")
    var readyFile: String?

    @Option(
        help: """
            Write the journal to this file as it grows (NDJSON). With several upstreams each has a file of its own, \
            with the lane's name in it.
            """)
    var journal: String?

    @Option(name: .customLong("set"), help: "Change a parameter of the fixtures: NAME=VALUE.")
    var assignments: [Assignment] = []

    @Flag(
        help: """
            Serve a fixture anew when its file changes, or one that it names. One with errors changes nothing but \
            standard error.
            """)
    var watch = false

    @OptionGroup(title: "TLS") var security: TLSOptions

    @OptionGroup(title: "Log") var log: LogOptions

    @Option(parsing: .unconditional, help: "Request bodies beyond so many bytes are answered with 413.")
    var bodyLimit = 16 << 20

    @Option(help: "What moves the clock of limits, dates, waits and journal: real, or manual (POST …/clock).")
    var clock = ClockChoice.real

    @Option(help: "How long replies under way and parked ones may take when the end is asked for.")
    var grace = DurationArgument(.seconds(5))

    func validate() throws {
        guard bodyLimit >= 0 else { throw ValidationError("--body-limit must not be negative") }
        guard !watch || !(fixtures.isEmpty || fixtures.contains("-")) else {
            throw ValidationError("--watch needs fixtures in files")
        }
    }

    func run(in context: Context) async throws -> ExitStatus {
        let rules = RuleCatalogue.all
        let files = FixtureFiles(rules: RuleCatalogue.settings)
        var overrides = FixtureFiles.Overrides()
        for assignment in assignments { overrides.parameters[assignment.name] = assignment.value }
        let loaded = try load(from: files, overrides, context)
        let (end, asked) = AsyncStream<Void>.makeStream()
        // From here on a signal ends the server, and the second one the process.
        let wasAsked = Interruption()
        let signals = try context.signals.listen { [readyFile] number in
            if wasAsked.note(number) {
                if let readyFile { unlink(readyFile) }
                _exit(128 + number)
            }
            asked.yield()
        }
        defer { withExtendedLifetime(signals) {} }

        let server = try start(files, rules, log.logger(context)) { asked.yield() }
        var lanes: [Lane] = []
        var writers: [JournalWriter] = []
        do {
            for (index, fixture) in loaded.enumerated() {
                lanes.append(try await add(fixture, at: index, to: server))
            }
            if let journal {
                for lane in lanes {
                    let path = JournalWriter.path(journal, lane: lane.name, isOnly: lanes.count == 1)
                    writers.append(try JournalWriter(lane, path: path))
                }
            }
            try security.writeAuthority(of: lanes)
            let ready = ReadyLine(lanes: lanes, control: server.controlURL)
            if let readyFile { try ready.write(to: readyFile) }
            context.output.write(ready.text)
        } catch {
            await server.shutdown(grace: .zero)
            throw error
        }
        defer { if let readyFile { unlink(readyFile) } }
        if fixtures.isEmpty { context.diagnostics.write(Demonstration.hint(url: lanes[0].url)) }
        let watching = watch ? self.watching(loaded, lanes, files, overrides, context) : nil

        for await _ in end { break }
        await watching?.end()
        let dropped = await server.shutdown(grace: grace.duration)
        if dropped > 0 {
            let replies = dropped == 1 ? "1 reply was" : "\(dropped) replies were"
            context.diagnostics.write(
                "retrograde: \(replies) still parked or under way after \(DurationText.human(grace.duration)), and dropped\n"
            )
        }
        for writer in writers { try await writer.finish() }
        for index in lanes.indices {
            // What a lane serves now, and with it what it expects, may not be what it was made with.
            lanes[index] = await server.lane(named: lanes[index].name) ?? lanes[index]
        }
        return await judge(lanes, rules, context)
    }

    /// Serves fixtures anew when their files change.
    private func watching(
        _ loaded: [NamedFixture], _ lanes: [Lane], _ files: FixtureFiles, _ overrides: FixtureFiles.Overrides,
        _ context: Context
    ) -> FixtureWatch {
        FixtureWatch(
            zip(lanes, loaded).map { FixtureWatch.Target(lane: $0, reading: $1.reading) },
            read: { path throws(Failure) in try files.read(path, overrides) },
            report: { diagnostics, message in
                Self.write(diagnostics, context)
                context.diagnostics.write("retrograde: \(message)\n")
            })
    }

    private static func write(_ diagnostics: [Diagnostic], _ context: Context) {
        let colour = context.diagnostics.isTerminal && context.environment["NO_COLOR", default: ""].isEmpty
        for diagnostic in diagnostics { context.diagnostics.write(diagnostic.rendered(colour: colour)) }
    }

    /// All fixtures, or every diagnostic of all of them on standard error.
    private func load(
        from files: FixtureFiles, _ overrides: FixtureFiles.Overrides, _ context: Context
    ) throws -> [NamedFixture] {
        let paths = try fixtures.flatMap(FixtureFiles.files)
        var problems: [Failure] = []
        // One that cannot be read does not hide what is wrong with the others.
        let readings =
            paths.isEmpty
            ? [try files.readEmbedded(Demonstration.file, overrides)]
            : paths.compactMap { path -> FixtureFiles.Reading? in
                do throws(Failure) { return try files.read(path, overrides) } catch { problems.append(error) }
                return nil
            }
        Self.write(readings.flatMap(\.outcome.diagnostics), context)
        let names = NamedFixture.names(for: paths.isEmpty ? [Demonstration.file] : paths)
        let loaded = zip(names, readings).compactMap { name, reading in
            reading.outcome.fixture.map { NamedFixture(name: name, fixture: $0, reading: reading) }
        }
        if let last = problems.popLast() {
            for problem in problems { context.diagnostics.write("retrograde: \(problem.message)\n") }
            throw last
        }
        guard loaded.count == readings.count else {
            throw Failure(message: "a fixture has errors, so nothing is served")
        }
        try refuseToOverwrite(paths, lanes: names)
        return loaded
    }

    /// What is written must not be what is read, nor written twice.
    private func refuseToOverwrite(_ paths: [String], lanes: [String]) throws(Failure) {
        var outputs: [(option: String, path: String)] = []
        if let readyFile { outputs.append(("--ready-file", readyFile)) }
        if let file = security.tlsCa { outputs.append(("--tls-ca", file)) }
        for lane in lanes {
            guard let journal else { break }
            outputs.append(("--journal", JournalWriter.path(journal, lane: lane, isOnly: lanes.count == 1)))
        }
        for (number, output) in outputs.enumerated() {
            if let fixture = paths.first(where: { OutputFile.isSame($0, output.path) }) {
                throw Failure(message: "\(output.option) would overwrite the fixture \(fixture)")
            }
            let other = outputs[..<number].first { $0.path == output.path || OutputFile.isSame($0.path, output.path) }
            if let other { throw Failure(message: "\(other.option) and \(output.option) are both \(output.path)") }
        }
    }

    private func start(
        _ files: FixtureFiles, _ rules: [Rule], _ logger: Logger, onShutdown: @escaping @Sendable () -> Void
    ) throws -> MockServer {
        let loader = FixtureLoader(dialects: files.dialects, rules: files.rules) { _ in
            .failure(.init(reason: "cannot be used here"))
        }
        let control = ControlConfiguration(
            address: control.address.host, port: control.address.port, token: controlToken, loader: loader,
            rules: rules, onShutdown: onShutdown)
        let configuration = MockServer.Configuration(
            address: listen.address.host, control: control, bodyLimit: bodyLimit,
            clock: clock.clock, identity: try security.identity(), logger: logger)
        do throws(ServerError) {
            return try MockServer(configuration)
        } catch {
            throw Failure(message: error.message)
        }
    }

    private func add(_ fixture: NamedFixture, at index: Int, to server: MockServer) async throws -> Lane {
        let first = listen.address.port
        let port = first == 0 ? 0 : UInt16(exactly: Int(first) + index)
        guard let port else { throw Failure(message: "there is no port \(Int(first) + index) for \(fixture.name)") }
        do throws(ServerError) {
            return try await server.addLane(
                fixture.fixture, name: fixture.name, port: port, tls: security.isWanted,
                source: fixture.reading.source)
        } catch {
            throw Failure(message: error.message)
        }
    }

    private func judge(_ lanes: [Lane], _ rules: [Rule], _ context: Context) async -> ExitStatus {
        var status = ExitStatus.good
        for lane in lanes {
            for verdict in await lane.verdicts(by: rules) {
                context.output.write(
                    "\(lane.name)  \(verdict.rule)  \(verdict.finding.verdict.rawValue)  \(verdict.finding.actual)\n")
                if verdict.finding.verdict == .fail, verdict.level != .information { status = .failed }
            }
            for account in await lane.accounting() where account.consumed < account.scripted {
                let left = account.scripted - account.consumed
                context.output.write(
                    "\(lane.name)  script  inconclusive  \(left) of \(account.scripted) scripted replies of "
                        + "\(account.route) were never asked for\n")
            }
        }
        return status
    }
}

/// A fixture and the name of its lane.
struct NamedFixture {
    var name: String
    var fixture: Fixture
    /// What it was made from.
    var reading: FixtureFiles.Reading

    /// Lanes are named by their files, without folder and extension, and with a number where two are alike.
    static func names(for paths: [String]) -> [String] {
        var taken: Set<String> = []
        return paths.map { path in
            let file = path.split(separator: "/").last ?? "fixture"
            let stem = file == "-" ? "stdin" : file.prefix { $0 != "." }
            let base = stem.isEmpty ? "fixture" : String(stem)
            var name = base
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(base)-\(number)"
                number += 1
            }
            return name
        }
    }
}

/// What is served where no fixture is named.
enum Demonstration {
    static let file = "demo.yaml"

    static func hint(url: String) -> String {
        """
        This is the demonstration upstream. Try, in another terminal:
          curl \(url)/                             what it has to offer
          curl -i \(url)/three                     429 three times, then 200
          curl -sSf --retry 4 \(url)/three         the same, by a client that waits as it is told
        Ctrl-C ends it and judges what came.

        """
    }
}
