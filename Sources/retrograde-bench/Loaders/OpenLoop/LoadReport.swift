internal import Histogram

/// What a loader saw of one kind of traffic. Times are in nanoseconds.
struct LoadReport {
    var answered = 0
    var errors = 0
    /// From the first request to the last answer.
    var elapsed: Int64 = 0
    var median: Double = 0
    var p99: Double = 0
    var longest: Double = 0
    /// How late the loader itself was: p99 of what was sent although a connection was free.
    var lag: Double = 0

    var rate: Double { Double(answered) / Double(elapsed) * 1e9 }

    init(latencies: Histogram<UInt64>, lags: Histogram<UInt64>, answered: Int, errors: Int, elapsed: Int64) {
        self.answered = answered
        self.errors = errors
        self.elapsed = elapsed
        median = Double(latencies.valueAtPercentile(50))
        p99 = Double(latencies.valueAtPercentile(99))
        longest = Double(latencies.max)
        lag = Double(lags.valueAtPercentile(99))
    }

    /// As ``text`` has it.
    init?(_ line: Substring) {
        let numbers = line.split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 7 else { return nil }
        answered = Int(numbers[0])
        errors = Int(numbers[1])
        elapsed = Int64(numbers[2])
        (median, p99, longest, lag) = (numbers[3], numbers[4], numbers[5], numbers[6])
    }

    var text: String {
        """
        answered \(answered) errors \(errors) ns \(elapsed) p50 \(Int(median)) p99 \(Int(p99)) max \(Int(longest)) \
        lag \(Int(lag))

        """
    }

    /// For the table.
    var lagText: String { "the loader's own p99 \((lag / 1e6).text(2)) ms late" }
}
