internal import ArgumentParser
internal import HTTPSemantics
internal import RateLimiting
internal import Simulation

/// What a user may change of an experiment.
struct SimulateNumbers: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Clients, 1 to 1,000,000; several numbers are compared.", valueName: "n"))
    var clients: [Int] = []

    @Option(help: ArgumentHelp("How clients try again; given several times, they are compared.", valueName: "policy"))
    var policy: [PolicyArgument] = []

    @Option(
        help: ArgumentHelp(
            """
            ALGORITHM:QUOTA, such as token-bucket:100/1m, fixed-window, sliding-window-log, sliding-window-counter or \
            gcra; each: before it gives each client its own, and "none" removes them.
            """, valueName: "limit"))
    var limit: [LimitArgument] = []

    @Flag(help: "Refusals do not say how long to wait.")
    var noRetryAfter = false

    @Option(
        help: ArgumentHelp(
            "BEGIN+LENGTH, such as 60s+5m: all requests fail at once; with :silence behind it nothing is answered.",
            valueName: "outage"))
    var outage: [OutageArgument] = []

    @Option(help: ArgumentHelp("From a client's batch of calls to its next, on average.", valueName: "time"))
    var every: DurationArgument?

    @Option(help: ArgumentHelp("Calls that become due together.", valueName: "n"))
    var batch: Int?

    @Option(help: ArgumentHelp("Calls of a client under way at most.", valueName: "n"))
    var concurrency: Int?

    @Option(help: ArgumentHelp("For how long calls begin; 72 h at most.", valueName: "time"))
    var duration: DurationArgument?

    @Option(help: ArgumentHelp("Requests a second that the server can work off.", valueName: "number"))
    var capacity: Double?

    @Option(
        help: ArgumentHelp("With a capacity: who would wait longer is refused with 503 at once.", valueName: "time"))
    var longestWait: DurationArgument?

    @Option(help: ArgumentHelp("The share of requests that fail for no reason, 0 to 1.", valueName: "share"))
    var failures: Double?

    @Option(help: ArgumentHelp("The time for one attempt, for all policies.", valueName: "time"))
    var timeout: DurationArgument?

    @Option(help: ArgumentHelp("Rounds of contention.", valueName: "n"))
    var rounds: Int?

    /// But for what contention takes.
    var areUnset: Bool {
        policy.isEmpty && limit.isEmpty && outage.isEmpty && !noRetryAfter && every == nil && batch == nil
            && concurrency == nil && duration == nil && capacity == nil && longestWait == nil && failures == nil
            && timeout == nil
    }

    func change(
        _ preset: (experiment: Experiment, policies: [ClientPolicy], conditions: [Condition])
    ) throws -> (experiment: Experiment, policies: [ClientPolicy], conditions: [Condition]) {
        var (experiment, policies, conditions) = preset
        if !policy.isEmpty { policies = policy.map(\.policy) }
        if let timeout {
            for position in policies.indices { policies[position].attemptTimeout = timeout.duration }
        }
        let problems = policies.flatMap { policy in policy.problems.map { "\(policy.name): \($0)" } }
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "; ")) }
        for position in conditions.indices { try change(&conditions[position].scenario) }
        if !clients.isEmpty {
            // Where the number of clients was what differed, it is the given ones now.
            let base = preset.experiment.name == "fleet" ? Array(conditions.prefix(1)) : conditions
            conditions = clients.flatMap { count in
                base.map { condition in
                    var condition = condition
                    let before = condition.scenario.clients
                    condition.scenario.clients = count
                    // A fleet's quota stays as used as it was.
                    if preset.experiment.name == "fleet", every == nil {
                        condition.scenario.load.every = condition.scenario.load.every / max(1, before) * count
                    }
                    let name = "\(Figure.whole(Double(count))) clients"
                    let isNamed = !condition.name.isEmpty && preset.experiment.name != "fleet"
                    condition.name = isNamed ? "\(name), \(condition.name)" : name
                    return condition
                }
            }
        }
        if !areUnset || !clients.isEmpty {
            experiment.model.append("Some of these numbers were changed by options.")
        }
        if preset.experiment.name == "free" {
            experiment.model = conditions.prefix(1).map { Self.description(of: $0.scenario) }
        }
        return (experiment, policies, conditions)
    }

    private func change(_ scenario: inout FleetScenario) throws {
        if let every { scenario.load.every = every.duration }
        if let batch { scenario.load.batch = batch }
        if let concurrency { scenario.load.concurrency = concurrency }
        if let duration { scenario.load.duration = duration.duration }
        if let failures { scenario.failureShare = failures }
        if let capacity { scenario.capacity = Capacity(rate: capacity, longestWait: scenario.capacity?.longestWait) }
        if let longestWait {
            guard scenario.capacity != nil else { throw ValidationError("--longest-wait needs a --capacity") }
            scenario.capacity?.longestWait = longestWait.duration
        }
        if !limit.isEmpty { scenario.limits = limit.compactMap(\.limit) }
        if noRetryAfter {
            for position in scenario.limits.indices { scenario.limits[position].announces = false }
        }
        if !outage.isEmpty { scenario.outages = outage.map(\.outage) }
    }

    /// A sentence for each part.
    private static func description(of scenario: FleetScenario) -> String {
        let load = scenario.load
        var text = "\(Figure.whole(Double(scenario.clients))) clients"
        text += load.batch == 1 ? " make a call" : " make \(load.batch) calls"
        text += " each every \(DurationText.human(load.every)) on average, at random, for "
        text += "\(DurationText.human(load.duration))."
        for limit in scenario.limits {
            text += " Limit: \(LimitArgument(limit).description)"
            text += limit.announces ? ", with Retry-After." : ", without Retry-After."
        }
        for outage in scenario.outages {
            text += " Outage: from \(DurationText.human(outage.start)) on for \(DurationText.human(outage.length)), "
            text += outage.kind == .errors ? "503 at once." : "no answer."
        }
        if let capacity = scenario.capacity {
            text += " The server works off \(Figure.whole(capacity.rate)) requests a second"
            text += capacity.longestWait.map { " and refuses who would wait \(DurationText.human($0))." } ?? "."
        }
        if scenario.failureShare > 0 {
            text += " \(Decimal.text(100 * scenario.failureShare, places: 2)) % of requests fail with 503."
        }
        return text
    }
}
