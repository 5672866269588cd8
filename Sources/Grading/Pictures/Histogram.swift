/// Arrivals counted in bins of equal width, for several groups over the same time.
public struct Histogram: Hashable, Sendable {
    public var title: String
    /// What the time counts from: `the refusal`.
    public var origin: String
    /// Where the first bin begins.
    public var start: Double
    public var binWidth: Double
    public var series: [Series]

    public init(title: String, origin: String, start: Double, binWidth: Double, series: [Series]) {
        self.title = title
        self.origin = origin
        self.start = start
        self.binWidth = binWidth
        self.series = series
    }

    public struct Series: Hashable, Sendable {
        /// `round 3 of 10`.
        public var name: String
        /// Arrivals in each bin; as many bins as the other series have.
        public var counts: [Int]
        /// Whether it is only there to compare with.
        public var isReference: Bool

        public init(name: String, counts: [Int], isReference: Bool = false) {
            self.name = name
            self.counts = counts
            self.isReference = isReference
        }
    }

    /// Counts times into bins that hold all of them.
    ///
    /// - Parameters:
    ///   - binWidth: the width wanted; it is doubled until at most `most` bins suffice.
    ///   - most: how many bins at most.
    public init(
        title: String, origin: String, binWidth: Double, most: Int = 60,
        of groups: [(name: String, times: [Double], isReference: Bool)]
    ) {
        let all = groups.flatMap(\.times)
        var width = max(binWidth, 0.001)
        func bin(_ time: Double) -> Int { Int((time / width).rounded(.down)) }
        var first = bin(all.min() ?? 0)
        var last = bin(all.max() ?? 0)
        while last - first + 1 > most {
            width *= 2
            (first, last) = (bin(all.min() ?? 0), bin(all.max() ?? 0))
        }
        self.init(
            title: title, origin: origin, start: Double(first) * width, binWidth: width,
            series: groups.map { name, times, isReference in
                var counts = [Int](repeating: 0, count: last - first + 1)
                for time in times { counts[bin(time) - first] += 1 }
                return Series(name: name, counts: counts, isReference: isReference)
            })
    }
}
