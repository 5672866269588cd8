internal import HTTPSemantics

/// What came of a simulated load.
public struct FleetTally: Hashable, Sendable {
    public internal(set) var calls = 0
    public internal(set) var succeeded = 0
    public internal(set) var failed = 0
    /// Calls that were neither when the simulation ended.
    public internal(set) var open = 0
    /// Of the calls that failed, those that a breaker or a wait for quota kept from sending.
    public internal(set) var withheld = 0
    /// Requests at the upstream.
    public internal(set) var requests = 0
    /// Answered with 429.
    public internal(set) var throttled = 0
    /// Answered with 503.
    public internal(set) var errors = 0
    /// Given up by their clients.
    public internal(set) var timeouts = 0
    /// Worked off by the server for clients that had given up.
    public internal(set) var lateAnswers = 0
    /// Events that were played.
    public internal(set) var events = 0
    /// From a call's begin to its success.
    public internal(set) var latencies = LatencyHistogram()
    /// When the last call ended.
    public internal(set) var end: Duration = .zero
    /// Requests over time.
    public internal(set) var series: LoadSeries

    /// Requests that brought their caller nothing.
    public var wasted: Int { requests - succeeded }
    public var successShare: Double { calls == 0 ? 1 : Double(succeeded) / Double(calls) }
    public var requestsPerCall: Double { calls == 0 ? 0 : Double(requests) / Double(calls) }
}

/// Counts over time, in bins of equal width.
public struct LoadSeries: Hashable, Sendable {
    public let binWidth: Duration
    /// Calls that became due.
    public internal(set) var begun: [Int]
    /// Requests that arrived.
    public internal(set) var offered: [Int]
    /// Successes that their clients heard of.
    public internal(set) var served: [Int]

    init(length: Duration, bins: Int) {
        binWidth = .microseconds(max(1, (length.nanoseconds / 1000 + Int64(bins) - 1) / Int64(bins)))
        begun = Array(repeating: 0, count: bins + 1)
        (offered, served) = (begun, begun)
    }

    /// Its beginning, up to a time.
    public func cut(to end: Duration) -> LoadSeries {
        var result = self
        let bins = min(begun.count, Int(end.nanoseconds / binWidth.nanoseconds) + 1)
        (result.begun, result.offered, result.served) =
            (Array(begun.prefix(bins)), Array(offered.prefix(bins)), Array(served.prefix(bins)))
        return result
    }

    /// The most that one bin took, a second.
    public var peak: Double { Double(offered.max() ?? 0) / binWidth.inSeconds }

    /// How long after a time successes first keep up with the calls that become due, for five bins on end: each has at
    /// least nine tenths of what the bins before `onset` brought on average.
    ///
    /// - Returns: `nil` if they never do.
    public func recovery(after end: Duration, onset: Duration) -> Duration? {
        let width = binWidth.nanoseconds
        let before = max(1, Int(onset.nanoseconds / width))
        let usual = Double(begun.prefix(before).reduce(0, +)) / Double(before)
        let lastDue = (begun.lastIndex { $0 > 0 } ?? 0) - 1
        let first = Int((end.nanoseconds + width - 1) / width)
        var run = 0
        var bin = first
        while bin < lastDue {
            run = Double(served[bin]) >= 0.9 * usual ? run + 1 : 0
            if run == 5 { return binWidth * (bin - 4) - end }
            bin += 1
        }
        return nil
    }
}

/// Times in classes of at most 3 % width, from a microsecond to 76 hours.
public struct LatencyHistogram: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: 34 * 32)
    public private(set) var count = 0
    private var sum = 0.0

    mutating func add(microseconds: Int) {
        let value = max(0, microseconds) + 32
        let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount - 5
        counts[min(counts.count - 1, exponent * 32 + (value >> exponent) - 32)] += 1
        count += 1
        sum += Double(microseconds)
    }

    public var mean: Duration? { count == 0 ? nil : .microseconds(Int64((sum / Double(count)).rounded())) }

    /// The time that a share of all does not exceed, rounded up to its class.
    public func quantile(_ share: Double) -> Duration? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += count
            guard seen >= rank else { continue }
            let exponent = index / 32
            return .microseconds(Int64((index % 32 + 33) << exponent) - 33)
        }
        return nil
    }
}
