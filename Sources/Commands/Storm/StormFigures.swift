internal import Grading
internal import HTTPSemantics
internal import Journal

/// One call as its caller saw it.
struct StormCall: Hashable, Sendable {
    var begun: Instant
    var ended: Instant
    /// Why it failed; `nil` for a success.
    var failure: String?
}

/// What a client did in a scenario: its callers' side and the journal's.
struct StormRun: Hashable, Sendable {
    var calls: [StormCall]
    var exchanges: [Exchange]
    /// How long the server itself was late, in all.
    var stalled: Duration = .zero
}

/// A line of the table.
struct StormFigures: Hashable, Sendable {
    var requested: Int
    var succeeded: Int
    /// Requests that arrived.
    var calls: Int
    /// Requests that were answered by anything but a success, or not at all.
    var wasted: Int
    /// In dollars.
    var cost: Double
    /// Of all calls, those that failed included, in seconds.
    var meanLatency: Double
    /// The latency that one call of a hundred exceeds, in seconds.
    var latency99: Double
    /// From the first call's begin to the last one's end, in seconds.
    var seconds: Double
    /// Why calls failed, and how many for each reason, the most frequent first.
    var failures: [Failure]

    struct Failure: Hashable, Sendable {
        var reason: String
        var count: Int
    }

    /// - Parameter price: of a request, in dollars.
    init(_ run: StormRun, price: Double) {
        requested = run.calls.count
        succeeded = run.calls.count { $0.failure == nil }
        calls = run.exchanges.count
        wasted = run.exchanges.count { !$0.isSuccess }
        cost = Double(calls) * price
        let latencies = run.calls.map { ($0.ended - $0.begun).inSeconds }
        meanLatency = Sample(latencies).mean
        latency99 = Self.percentile(99, of: latencies)
        let begun = run.calls.map(\.begun).min() ?? .zero
        let ended = run.calls.map(\.ended).max() ?? .zero
        seconds = (ended - begun).inSeconds
        failures = Dictionary(grouping: run.calls.compactMap(\.failure)) { $0 }
            .map { Failure(reason: $0.key, count: $0.value.count) }
            .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }

    var isComplete: Bool { succeeded == requested }

    /// The time over the shortest that is possible; `nil` where calls failed, since giving up is no way to be fast.
    func stretch(over optimum: Double) -> Double? { isComplete && optimum > 0 ? seconds / optimum : nil }

    /// The smallest value that so many per cent do not exceed (nearest rank); 0 of nothing.
    static func percentile(_ percent: Int, of values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        return values.sorted()[(values.count * percent + 99) / 100 - 1]
    }
}

extension Exchange {
    /// Whether a success left the upstream whole.
    var isSuccess: Bool {
        guard let status = reply?.status, abort == nil else { return false }
        return (200..<400).contains(status)
    }
}
