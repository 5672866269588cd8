internal import Backoff
internal import HTTPSemantics
internal import RateLimiting
internal import Simulation

/// A scenario with the name of what is special about it.
struct Condition {
    var name: String
    var scenario: FleetScenario
}

extension Experiment {
    /// Plays every policy under every condition.
    mutating func play(_ policies: [ClientPolicy], _ conditions: [Condition]) {
        for condition in conditions {
            for policy in policies {
                var simulation = FleetSimulation(condition.scenario, policy: policy, seed: seed)
                simulation.run()
                runs.append(Run(simulation, condition.scenario, condition: condition.name))
            }
        }
    }

    /// 48 hours of the tutorial's load.
    static func tutorial(seed: UInt64) -> (Experiment, [ClientPolicy], [Condition]) {
        let experiment = Experiment(
            name: "tutorial", seed: seed, title: "48 hours of the tutorial's load",
            model: [
                """
                Jobs of 100 requests from 10 workers of one process, begun at random, on average every 75 s: 80 % of a \
                quota of 100 a minute (fixed window). Refusals carry Retry-After. A message takes 10 to 12 ms, an \
                answer 20 ms.
                """
            ],
            columns: [
                .success,
                Column(title: "claimed") { run in
                    run.published.successShare.map { Decimal.text(100 * $0, places: 1) + " %" } ?? ""
                },
                .calls, .failed, .requests, .perCall, .throttled, .mean, .p99,
            ],
            notes: [
                """
                "tutorial" is the tutorial's own client: urllib3's Retry(5) on 429 inside a loop of five. Its claim is \
                99.8 % over 48 hours. A call's time counts from when a worker takes it up.
                """
            ])
        var scenario = FleetScenario(clients: 1, load: FleetLoad(every: .seconds(75), duration: .seconds(48 * 3600)))
        (scenario.load.batch, scenario.load.concurrency) = (100, 10)
        scenario.drain = .seconds(3600)
        scenario.limits = [FleetLimit(.fixedWindow(quota: 100, window: .seconds(60), start: .firstRequest))]
        var failing = scenario
        failing.failureShare = 0.01
        var silent = scenario
        silent.limits[0].announces = false
        var patient = ClientPolicy.ours
        (patient.name, patient.budget, patient.policy.attempts) = ("ours, 25 attempts", nil, 25)
        return (
            experiment,
            [.noRetry, .fixed, .exponential, .proportionalJitter, .tutorial, .ours, patient],
            [
                Condition(name: "the quota alone", scenario: scenario),
                Condition(name: "and 1 % of requests fail with 503", scenario: failing),
                Condition(name: "the quota alone, and no refusal says how long", scenario: silent),
            ]
        )
    }

    /// Recovery after an outage, of a server that works off a line.
    static func outage(seed: UInt64) -> (Experiment, [ClientPolicy], [Condition]) {
        let experiment = Experiment(
            name: "outage", seed: seed, title: "Recovery after an outage",
            model: [
                """
                100 processes make 5 calls a second each, at random, whatever became of the calls before. The server \
                works off 750 requests a second, first come, first served; nobody waits longer than 1 s for an answer, \
                and the server cannot see who has gone. From 60 s to 90 s everything fails with 503 at once.
                """,
                """
                Above 750 requests a second its line grows past its clients' patience; then all that it does is for \
                nobody, and the retries of the failed calls keep it there: a metastable failure (N. Bronson et al., \
                HotOS 2021; L. Huang et al., OSDI 2022).
                """,
            ],
            columns: [.success, .calls, .requests, .perCall, .timeouts, .lateAnswers, .peak, .recovery],
            notes: [
                """
                "recovered" is the time from the outage's end until, for five bins of the picture on end, at least \
                nine tenths of the usual number of calls succeed. Jitter moves retries, a budget removes them: what \
                recovers is what asks for less than the server can do while it fails.
                """
            ])
        var scenario = FleetScenario(clients: 100, load: FleetLoad(every: .milliseconds(200), duration: .seconds(300)))
        scenario.drain = .seconds(60)
        scenario.capacity = Capacity(rate: 750)
        scenario.outages = [Outage(start: .seconds(60), length: .seconds(30))]
        var shedding = scenario
        shedding.capacity?.longestWait = .milliseconds(500)
        var budgeted = ClientPolicy.fullJitter
        (budgeted.name, budgeted.budget) = ("full, budget", .aws)
        var broken = ClientPolicy.ours
        (broken.name, broken.breaker) = ("ours, breaker", .init())
        let policies: [ClientPolicy] = [
            .noRetry, .fixed, .exponential, .fullJitter, .decorrelatedJitter, budgeted, .ours, broken,
        ].map { policy in
            var impatient = policy
            impatient.attemptTimeout = .seconds(1)
            return impatient
        }
        return (
            experiment, policies,
            [
                Condition(name: "a line without end", scenario: scenario),
                Condition(name: "a server that sheds load: 503 to whoever would wait 0.5 s", scenario: shedding),
            ]
        )
    }

    /// Processes that cannot see each other, behind one quota.
    static func fleet(seed: UInt64) -> (Experiment, [ClientPolicy], [Condition]) {
        let experiment = Experiment(
            name: "fleet", seed: seed, title: "A fleet behind one quota",
            model: [
                """
                Processes that share a quota of 1,000 a minute (fixed window) and nothing else. Each has jobs of 20 \
                calls, 10 at a time; together they use 95 % of the quota, for an hour. Refusals carry Retry-After.
                """
            ],
            columns: [.success, .calls, .requests, .perCall, .throttled, .peak, .mean, .p99])
        let conditions = [1, 10, 100, 1000].map { clients in
            var scenario = FleetScenario(
                clients: clients, load: FleetLoad(every: .microseconds(1_263_158) * clients, duration: .seconds(3600)))
            (scenario.load.batch, scenario.load.concurrency) = (20, 10)
            scenario.drain = .seconds(3600)
            scenario.limits = [FleetLimit(.fixedWindow(quota: 1000, window: .seconds(60), start: .firstRequest))]
            return Condition(
                name: clients == 1 ? "1 process" : "\(Figure.whole(Double(clients))) processes", scenario: scenario)
        }
        return (experiment, [.noRetry, .fixed, .exponential, .fullJitter, .tutorial, .ours], conditions)
    }

    /// What the options alone describe.
    static func free(seed: UInt64) -> (Experiment, [ClientPolicy], [Condition]) {
        let experiment = Experiment(
            name: "free", seed: seed, title: "Clients against an upstream", model: [],
            columns: [.success, .calls, .requests, .perCall, .throttled, .errors, .timeouts, .peak, .p99, .recovery])
        let scenario = FleetScenario(clients: 1000, load: FleetLoad(every: .seconds(60), duration: .seconds(600)))
        return (experiment, [.ours], [Condition(name: "", scenario: scenario)])
    }
}
