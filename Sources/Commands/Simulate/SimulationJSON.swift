internal import FoundationEssentials
internal import HTTPSemantics

/// An experiment for programs. Its keys are an interface: they are added to, never renamed.
enum SimulationJSON {
    static func text(_ experiment: Experiment) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Document(experiment)), as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        var experiment: String
        var seed: UInt64
        var title: String
        var model: [String]
        var runs: [Run]

        init(_ experiment: Experiment) {
            self.experiment = experiment.name
            seed = experiment.seed
            title = experiment.title
            model = experiment.model
            runs = experiment.runs.map(Run.init)
        }
    }

    /// Times in seconds.
    private struct Run: Encodable {
        var policy: String
        var condition: String
        var clients: Int
        var calls: Int
        var succeeded: Int
        var failed: Int
        var open: Int
        var withheld: Int
        var success: Double
        var requests: Double
        var requestsPerCall: Double
        var throttled: Int
        var errors: Int
        var timeouts: Int
        var lateAnswers: Int
        var meanLatency: Double?
        var medianLatency: Double?
        var p99Latency: Double?
        var completion: Double
        var peakPerSecond: Double
        var outages: [[Double]]
        var recovery: Double?
        var publishedRequests: Double?
        var publishedCompletion: Double?
        var publishedSuccess: Double?
        var series: Series

        struct Series: Encodable {
            var bin: Double
            var offered: [Double]
            var served: [Double]
        }

        init(_ run: Experiment.Run) {
            (policy, condition, clients) = (run.policy, run.condition, run.clients)
            (calls, succeeded, failed, open) = (run.calls, run.succeeded, run.failed, run.open)
            (withheld, success) = (run.withheld, run.successShare)
            (requests, requestsPerCall) = (run.requests, run.requestsPerCall)
            (throttled, errors, timeouts) = (run.throttled, run.errors, run.timeouts)
            lateAnswers = run.lateAnswers
            meanLatency = run.meanLatency?.inSeconds
            medianLatency = run.medianLatency?.inSeconds
            p99Latency = run.p99Latency?.inSeconds
            completion = run.completion.inSeconds
            peakPerSecond = run.peak
            outages = run.outages.map { [$0.lowerBound, $0.upperBound] }
            recovery = run.recovery?.inSeconds
            publishedRequests = run.published.requests
            publishedCompletion = run.published.completion?.inSeconds
            publishedSuccess = run.published.successShare
            series = Series(
                bin: run.series.bin.inSeconds, offered: run.series.offered, served: run.series.served)
        }
    }
}
