internal import HTTPSemantics
internal import Simulation

/// What a simulation found, ready to be told: as a table, as JSON, as a picture.
struct Experiment {
    /// `contention`, `tutorial`, `outage`, `fleet` or `free`.
    var name: String
    var seed: UInt64
    var title: String
    /// What was simulated, in paragraphs.
    var model: [String]
    var runs: [Run] = []
    var columns: [Column]
    /// What the figures mean, in paragraphs.
    var notes: [String] = []
    /// Where pictures stop; `nil`: where the last run does.
    var pictureEnd: Duration?

    struct Column {
        var title: String
        var text: @Sendable (Run) -> String
    }

    /// A policy under one condition.
    struct Run {
        var policy: String
        /// Runs under the same condition stand together.
        var condition: String
        var clients: Int
        var calls = 0
        var succeeded = 0
        var failed = 0
        var open = 0
        var withheld = 0
        var requests: Double = 0
        var throttled = 0
        var errors = 0
        var timeouts = 0
        var lateAnswers = 0
        var meanLatency, medianLatency, p99Latency: Duration?
        /// When the last call ended.
        var completion: Duration = .zero
        /// What others published or claim, beside what was found.
        var published = Published()
        /// Requests a second in the busiest bin.
        var peak = 0.0
        /// From the outage's end until everything is served again; `nil`: not within the time, or there was no outage.
        var recovery: Duration?
        var outages: [ClosedRange<Double>] = []
        var series: Series

        var successShare: Double { calls == 0 ? 1 : Double(succeeded) / Double(calls) }
        var requestsPerCall: Double { calls == 0 ? 0 : requests / Double(calls) }
    }

    struct Published {
        var requests: Double?
        var completion: Duration?
        var successShare: Double?
    }

    /// Requests over time.
    struct Series {
        var bin: Duration
        var offered: [Double]
        var served: [Double]
    }
}

extension Experiment.Run {
    init(_ simulation: FleetSimulation, _ scenario: FleetScenario, condition: String) {
        let tally = simulation.tally
        let series = tally.series.cut(to: max(tally.end, .seconds(1)))
        self.init(
            policy: simulation.policy.name, condition: condition, clients: scenario.clients,
            series: Experiment.Series(
                bin: series.binWidth, offered: series.offered.map(Double.init), served: series.served.map(Double.init)))
        (calls, succeeded, failed, open) = (tally.calls, tally.succeeded, tally.failed, tally.open)
        (withheld, requests, throttled) = (tally.withheld, Double(tally.requests), tally.throttled)
        (errors, timeouts, lateAnswers) = (tally.errors, tally.timeouts, tally.lateAnswers)
        meanLatency = tally.latencies.mean
        medianLatency = tally.latencies.quantile(0.5)
        p99Latency = tally.latencies.quantile(0.99)
        completion = tally.end
        peak = tally.series.peak
        outages = scenario.outages.map { $0.start.inSeconds...($0.start + $0.length).inSeconds }
        if let last = scenario.outages.last {
            recovery = tally.series.recovery(after: last.start + last.length, onset: scenario.outages[0].start)
        }
    }
}

extension Experiment.Column {
    static let success = Self(title: "success") { run in
        // Never rounded up to all of them.
        let share = run.successShare
        if run.succeeded == run.calls { return "100 %" }
        return Decimal.text(min(100 * share, 99.9999), places: 100 * share > 99.9 ? 4 : 2) + " %"
    }
    static let calls = Self(title: "calls") { Figure.whole(Double($0.calls)) }
    static let failed = Self(title: "failed") { Figure.whole(Double($0.failed + $0.open)) }
    static let requests = Self(title: "requests") { Figure.whole($0.requests) }
    static let perCall = Self(title: "per call") { Decimal.text($0.requestsPerCall, places: 2) }
    static let throttled = Self(title: "429") { Figure.whole(Double($0.throttled)) }
    static let errors = Self(title: "503") { Figure.whole(Double($0.errors)) }
    static let timeouts = Self(title: "timed out") { Figure.whole(Double($0.timeouts)) }
    static let lateAnswers = Self(title: "too late") { Figure.whole(Double($0.lateAnswers)) }
    static let mean = Self(title: "mean") { Figure.time($0.meanLatency) }
    static let p99 = Self(title: "p99") { Figure.time($0.p99Latency) }
    static let peak = Self(title: "peak/s") { Figure.whole($0.peak) }
    static let recovery = Self(title: "recovered") { run in
        run.outages.isEmpty ? "-" : run.recovery.map { $0 == .zero ? "at once" : "after " + Figure.time($0) } ?? "never"
    }
}

/// Numbers as people read them.
enum Figure {
    /// `1,234,567`
    static func whole(_ value: Double) -> String {
        let digits = Array(String(Int64(value.rounded())))
        var text = ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3), digits[position - 1] != "-" { text += "," }
            text.append(digit)
        }
        return text
    }

    static func time(_ duration: Duration?) -> String { duration.map { DurationText.human($0) } ?? "-" }

    /// `+1.3 %`
    static func difference(_ value: Double, from reference: Double) -> String {
        let share = 100 * (value / reference - 1)
        return (share >= 0 ? "+" : "") + Decimal.text(share, places: 1) + " %"
    }
}
