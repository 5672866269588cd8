internal import ArgumentParser
internal import HTTPSemantics
internal import Simulation

/// `retrograde simulate`
struct Simulate: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Play clients against an upstream in virtual time: policies compared before production does it.",
        discussion: """
            Experiments:
              contention  AWS's published model of contention: what each kind of jitter saves
              tutorial    48 hours of a quota of 100 a minute, with common policies and ours
              outage      recovery after an outage: with and without jitter, a budget, a breaker; metastable or not
              fleet       1 to 1,000 processes behind one quota
              free        what the options say (1,000 clients, a call a minute each, for ten minutes)

            The options change an experiment's numbers. The same options and seed give the same output, byte by byte.

            A policy is a name (none, fixed, exponential, equal, full, decorrelated, proportional, tutorial, ours), and \
            changes to it after commas: full,attempts=8,base=1s,budget=aws,name=mine. Keys: attempts, base, factor, cap, \
            floor, jitter, deadline, timeout, retry-after (ignored, or a ceiling), budget (aws, grpc, none), gate and \
            breaker (yes, no), name.

            Examples:
              retrograde simulate contention
              retrograde simulate outage --svg outage.svg
              retrograde simulate free --clients 1000000 --outage 60s+5m
              retrograde simulate fleet --policy full --policy ours,gate=no --limit token-bucket:1000/1m
            """)

    @Argument(help: "contention, tutorial, outage, fleet or free.")
    var experiment = ExperimentName.free

    @Option(help: ArgumentHelp("Chance begins here; printed with the result.", valueName: "number"))
    var seed: UInt64 = 1

    @OptionGroup(title: "The experiment's numbers") var numbers: SimulateNumbers

    @Option(help: ArgumentHelp("Write everything that was found to a file.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Draw the load over time into a file.", valueName: "file"))
    var svg: String?

    func validate() throws {
        if experiment == .contention {
            if !numbers.areUnset {
                throw ValidationError("contention is the published model: it takes --clients, --rounds and --seed only")
            }
            guard numbers.clients.allSatisfy({ (1...10_000).contains($0) }), (1...100_000).contains(numbers.rounds ?? 1)
            else { throw ValidationError("contention is played by 1 to 10,000 clients, in 1 to 100,000 rounds") }
            return
        }
        if numbers.rounds != nil { throw ValidationError("--rounds belongs to contention") }
        let problems = try plan().conditions.flatMap(\.scenario.problems)
        guard problems.isEmpty else { throw ValidationError(Array(Set(problems)).sorted().joined(separator: "; ")) }
    }

    func run(in context: Context) async throws -> ExitStatus {
        for path in [json, svg].compactMap(\.self) { try OutputFile.probe(path) }
        let experiment = try self.experiment == .contention ? contention() : play()
        context.output.write(SimulationTable.text(experiment, Style(colour: context.output.isTerminal)))
        if let json { try TextFile.write(Array(SimulationJSON.text(experiment).utf8), to: json) }
        if let svg { try TextFile.write(Array(SimulationSVG.text(experiment).utf8), to: svg) }
        return .good
    }

    private func contention() -> Experiment {
        .contention(
            clients: numbers.clients.isEmpty ? [20, 50, 100] : numbers.clients, rounds: numbers.rounds ?? 100,
            seed: seed)
    }

    private func play() throws -> Experiment {
        var (experiment, policies, conditions) = try plan()
        experiment.play(policies, conditions)
        for position in experiment.runs.indices
        where self.experiment == .tutorial && experiment.runs[position].policy == ClientPolicy.tutorial.name {
            experiment.runs[position].published.successShare = 0.998
        }
        return experiment
    }

    private func plan() throws -> (experiment: Experiment, policies: [ClientPolicy], conditions: [Condition]) {
        let preset =
            switch experiment {
            case .contention, .free: Experiment.free(seed: seed)
            case .tutorial: Experiment.tutorial(seed: seed)
            case .outage: Experiment.outage(seed: seed)
            case .fleet: Experiment.fleet(seed: seed)
            }
        return try numbers.change(preset)
    }
}

enum ExperimentName: String, ExpressibleByArgument, CaseIterable {
    case contention, tutorial, outage, fleet, free
}
