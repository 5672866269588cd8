internal import ArgumentParser
internal import Fixtures
internal import Grading
internal import MockServer

extension Grade {
    /// The rules that `--only` names; `nil` where it is not given.
    func selectedIDs() throws -> Set<String>? {
        guard let only else { return nil }
        let ids = only.split(separator: ",").map { $0.filter { $0 != " " } }
        for id in ids where RuleCatalogue.rule(id) == nil {
            throw ValidationError(
                "there is no rule \"\(id)\"; there are \(RuleCatalogue.all.map(\.id).joined(separator: ", "))")
        }
        guard !ids.isEmpty else { throw ValidationError("--only names no rule") }
        return Set(ids.compactMap { RuleCatalogue.rule($0)?.id })
    }

    /// The rules that the options select, in the order of the catalogue.
    func selectedRules() throws -> [Rule] {
        let ids = try selectedIDs()
        if let suite = Suite.named(suite) {
            return (ids.map(suite.only) ?? suite).rules.compactMap(RuleCatalogue.rule)
        }
        let own = try OwnSuite(suite, FixtureFiles(rules: RuleCatalogue.settings), .init())
        let rules = OwnScenario.rules(of: own.scenarios)
        guard let ids else { return rules }
        let selected = rules.filter { ids.contains($0.id) }
        guard !selected.isEmpty else {
            let (wanted, known) = (ids.sorted(), rules.map(\.id))
            throw Failure(
                message: "no scenario of \(suite) expects \(wanted.joined(separator: " or ")); they expect "
                    + known.joined(separator: ", "), code: .usage)
        }
        return selected
    }

    /// The words of `--post`.
    func postCommand() throws -> ClientCommand? {
        guard let post else { return nil }
        do {
            let words = try ShellWords.split(post)
            guard words.first?.isEmpty == false else { throw ValidationError("--post names no command") }
            return ClientCommand(words: words)
        } catch let problem as ShellWords.Problem {
            throw ValidationError("--post cannot be split into words: \(problem.message)")
        }
    }

    /// The client that the options and the words after `--` describe.
    func commandLineClient() throws -> GradedClient {
        GradedClient(main: command.isEmpty ? nil : ClientCommand(words: command), post: try postCommand())
    }

    /// The client that a file describes. Warnings are printed; errors end the command.
    func loadClient(_ path: String, _ context: Context) throws(Failure) -> GradedClient {
        let (client, diagnostics) = try FixtureFiles(rules: RuleCatalogue.settings).client(path)
        guard let client else {
            let text = diagnostics.map { $0.rendered(colour: false) }.joined()
            throw Failure(message: "the client file cannot be used\n\(text)")
        }
        for diagnostic in diagnostics { context.diagnostics.write(diagnostic.rendered(colour: false)) }
        return try GradedClient(client, file: path)
    }

    static func readBaseline(_ path: String) throws -> Baseline {
        let text: [UInt8]
        do throws(FileReadError) {
            text = try bytes(ofFile: path, limit: 1 << 20)
        } catch {
            throw Failure(message: "the baseline \(path) \(error.reason)")
        }
        let (baseline, problems) = Baseline.parse(String(decoding: text, as: UTF8.self))
        guard problems.isEmpty else {
            let lines = problems.map { "\(path):\($0.line): error: \($0.message)" }
            throw Failure(message: "the baseline cannot be read\n" + lines.joined(separator: "\n"))
        }
        return baseline
    }

    /// Runs a client against the rules.
    ///
    /// - Throws: ``Failure`` where it is not installed, never sent a request, or cannot be started.
    func grade(
        _ client: GradedClient, by rules: [Rule], keeping journals: KeptJournals?, _ context: Context,
        _ interruption: Interruption
    ) async throws -> Report {
        let folder = try ScratchFolder(in: context.environment)
        let commands = ClientCommands(
            main: client.main, post: client.post, others: client.others,
            reference: { ReferenceClient.command(context.executable, delay: $0) },
            body: try folder.writeBody(seed: seed), otherBody: try folder.writeBody("other.bin", seed: ~seed),
            largeBody: try folder.writeBody("large.bin", blocks: 256, seed: seed))
        let session = try makeSession(rules, client, commands, journals, context, interruption)
        let outcome = try await session.run()
        withExtendedLifetime(folder) {}
        if let silent = outcome.silent { throw SilentClient.failure(silent, commands) }

        var card = ReportCard(
            client: client.name, suite: suite, seed: seed, judgements: outcome.inquiry.judgements(client.waivers))
        card.noiseFloor = outcome.inquiry.evidence.noiseFloor
        card.bound = outcome.bound
        return Report(
            card: card, strict: strict, elapsed: outcome.elapsed, options: repeatedOptions,
            postOptions: post.map { ["--post", $0] } ?? [], client: client.arguments, cutShort: outcome.cutShort)
    }

    private func makeSession(
        _ rules: [Rule], _ client: GradedClient, _ commands: ClientCommands, _ journals: KeptJournals?,
        _ context: Context, _ interruption: Interruption
    ) throws -> GradeSession {
        let programs = try client.programs(context)
        let scenario = try scenarioLoader(client)
        let environment = context.environment.merging(client.environment) { $1 }
        // SDKs send the 16 MiB of an upload as base64 in a document of their own.
        let server = try MockServer(MockServer.Configuration(bodyLimit: 32 << 20))
        let runner = ClientRunner(
            server: server, commands: commands, environment: environment, folder: client.folder,
            seed: seed, scenario: scenario, programs: programs, journals: journals)
        let thoroughness = Suite.named(suite)?.thoroughness ?? .standard
        return GradeSession(
            inquiry: Inquiry(
                rules: rules,
                evidence: Evidence(
                    profiles: commands.profiles, canPace: commands.canPace,
                    canPostMany: commands.manyPosts != nil, declared: client.declared, thoroughness: thoroughness),
                settings: client.settings),
            progress: Progress(
                context.diagnostics, colour: context.diagnostics.isColoured(in: context.environment),
                columns: Terminal.columns(of: .diagnostics)),
            perform: { unit, onFirstRequest in try await runner.perform(unit, onFirstRequest: onFirstRequest) },
            interruption: { interruption.signal })
    }

    /// Loads scenarios with the dialect and the success body that the options or the client file name. What is wrong
    /// with those is said before anything runs.
    private func scenarioLoader(
        _ client: GradedClient
    ) throws -> @Sendable (String, [String: String]) throws -> Fixture {
        var files = FixtureFiles(rules: RuleCatalogue.settings)
        var overrides = FixtureFiles.Overrides(dialect: dialect, success: client.success)
        if let dialect {
            if !dialect.contains("/"), !dialect.hasSuffix(".yaml"), !dialect.hasSuffix(".yml"),
                files.dialects[dialect] == nil
            {
                let names = files.dialects.keys.sorted().joined(separator: ", ")
                throw Failure(
                    message: "there is no dialect \"\(dialect)\"; there are \(names), or name a file", code: .usage)
            }
        } else if let own = client.dialect {
            files.dialects[own.name] = own
            overrides.dialect = own.name
        }
        if let success {
            let (response, diagnostics) = try files.success(success)
            guard let response else { throw Failure(message: Self.text(of: diagnostics)) }
            overrides.success = response
        }
        let own = Suite.named(suite) == nil ? try OwnSuite(suite, files, overrides).fixtures : [:]
        let load: @Sendable (String, [String: String]) throws -> Fixture = { [files, overrides] name, parameters in
            if let fixture = own[name] { return fixture }
            var overrides = overrides
            overrides.parameters = parameters
            let outcome = try files.embedded("suites/\(name).yaml", overrides)
            guard let fixture = outcome.fixture else { throw Failure(message: Self.text(of: outcome.diagnostics)) }
            return fixture
        }
        _ = try load("status-once", [:])
        return load
    }

    private static func text(of diagnostics: [Diagnostic]) -> String {
        "the upstream cannot be made\n" + diagnostics.map { $0.rendered(colour: false) }.joined()
    }

    /// The options that a command needs which repeats one rule of this grading.
    var repeatedOptions: [String] {
        var options: [String] = []
        if suite != "standard" { options += ["--suite", suite] }
        if let dialect { options += ["--dialect", dialect] }
        if let success { options += ["--success", success] }
        if seed != 1 { options += ["--seed", "\(seed)"] }
        return options
    }

    /// Writes a report in the forms that the options ask for, and to the terminal unless JSON takes its place.
    func write(_ report: some ReportForms, in context: Context) throws {
        if let junit { try TextFile.write(Array(report.junit.utf8), to: junit) }
        if let markdown { try TextFile.write(Array(report.markdown.utf8), to: markdown) }
        if let html { try TextFile.write(Array(report.html.utf8), to: html) }
        if let json {
            let text = try report.json()
            if json == "-" { return context.output.write(text) }
            try TextFile.write(Array(text.utf8), to: json)
        }
        let isColoured = context.output.isColoured(in: context.environment)
        context.output.write(report.terminal(colour: isColoured, columns: Terminal.columns(of: .output)))
    }

    func status(of report: Report, in context: Context) -> ExitStatus {
        for id in report.card.unneededWaivers {
            context.diagnostics.write("retrograde: warning: \(id) passes; its waiver is no longer needed\n")
        }
        if report.card.isUndecided {
            context.diagnostics.write("retrograde: warning: nothing could be decided; see why above\n")
        }
        if reportOnly { return .good }
        if report.cutShort != nil { return .impossible }
        if let comparison = report.comparison { return comparison.isRed ? .failed : .good }
        return report.card.isFailure(strict: strict) ? .failed : .good
    }
}
