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

    var rate: Double { Double(answered) / Double(elapsed) * 1e9 }

    init(_ histogram: Histogram<UInt64>, answered: Int, errors: Int, elapsed: Int64) {
        self.answered = answered
        self.errors = errors
        self.elapsed = elapsed
        median = Double(histogram.valueAtPercentile(50))
        p99 = Double(histogram.valueAtPercentile(99))
        longest = Double(histogram.max)
    }

    /// As ``text`` has it.
    init?(_ line: Substring) {
        let numbers = line.split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 6 else { return nil }
        answered = Int(numbers[0])
        errors = Int(numbers[1])
        elapsed = Int64(numbers[2])
        (median, p99, longest) = (numbers[3], numbers[4], numbers[5])
    }

    var text: String {
        "answered \(answered) errors \(errors) ns \(elapsed) p50 \(Int(median)) p99 \(Int(p99)) max \(Int(longest))\n"
    }
}
