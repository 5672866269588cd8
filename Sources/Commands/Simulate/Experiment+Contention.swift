internal import Backoff
internal import HTTPSemantics
internal import Simulation

extension Experiment {
    /// The published contention model beside figures of an independent simulation of it.
    static func contention(clients: [Int], rounds: Int, seed: UInt64) -> Experiment {
        let policies: [(name: String, policy: BackoffPolicy?)] = [
            ("no backoff", nil), ("exponential", Contention.published(.none)),
            ("equal jitter", Contention.published(.equal)), ("full jitter", Contention.published(.full)),
            ("decorrelated", Contention.published(.decorrelated)),
        ]
        var experiment = Experiment(
            name: "contention", seed: seed, title: "What jitter buys: AWS's contention model",
            model: [
                """
                Every client updates one row once: it reads the version, writes, and on a conflict backs off and reads \
                again. A message takes |N(10 ms, 2 ms)|; base 5 ms, cap 2 s. Means of \(rounds) rounds. Model: \
                M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), and its simulator, \
                github.com/aws-samples/aws-arch-backoff-simulator.
                """
            ],
            columns: [
                Column(title: "calls") { Decimal.text($0.requests, places: 0) },
                Column(title: "reference") { $0.published.requests.map { Decimal.text($0, places: 0) } ?? "-" },
                Column(title: "off") { run in
                    run.published.requests.map { Figure.difference(run.requests, from: $0) } ?? "-"
                },
                Column(title: "completion") { Figure.time($0.completion) },
                Column(title: "reference") { Figure.time($0.published.completion) },
            ])
        for count in clients {
            for (name, policy) in policies {
                var contention = Contention(clients: count, policy: policy)
                for round in 0..<rounds { contention.run(seed: seed &+ UInt64(round)) }
                let tally = contention.tally
                let scale = 1 / Double(rounds)
                var run = Run(
                    policy: name, condition: "\(Figure.whole(Double(count))) clients", clients: count,
                    series: Series(
                        bin: ContentionTally.binWidth, offered: tally.offered.map { Double($0) * scale },
                        served: tally.served.map { Double($0) * scale }))
                (run.calls, run.succeeded) = (count, count)
                run.requests = tally.meanCalls
                run.completion = tally.meanCompletion
                run.peak = (run.series.offered.max() ?? 0) / ContentionTally.binWidth.inSeconds
                run.published = reference[name]?[count] ?? Published()
                experiment.runs.append(run)
            }
        }
        experiment.pictureEnd = .seconds(6)
        experiment.notes = [
            """
            A call is a write; each client needs one that succeeds. The reference is an independent implementation of \
            the same model. Exponential backoff without jitter saves few calls and is the slowest by far; full jitter \
            saves most, decorrelated is as fast or faster and pays with calls.
            """
        ]
        return experiment
    }

    /// Calls and completion at 20, 50 and 100 clients of another implementation of the model.
    private static let reference: [String: [Int: Published]] = {
        let figures: [(String, calls: [Double], milliseconds: [Int64])] = [
            ("no backoff", [154, 685, 2441], [612, 1138, 2053]),
            ("exponential", [151, 626, 1844], [14_075, 36_110, 62_904]),
            ("equal jitter", [108, 346, 812], [1646, 4218, 6595]),
            ("full jitter", [100, 333, 797], [954, 2871, 4804]),
            ("decorrelated", [101, 376, 1007], [779, 2106, 4177]),
        ]
        var result: [String: [Int: Published]] = [:]
        for (name, calls, milliseconds) in figures {
            for (position, clients) in [20, 50, 100].enumerated() {
                result[name, default: [:]][clients] = Published(
                    requests: calls[position], completion: .milliseconds(milliseconds[position]))
            }
        }
        return result
    }()
}
