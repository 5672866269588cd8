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
        // The first bin begins with the first arrival: a herd is then not cut in two by where a bin happens to end.
        let first = groups.flatMap(\.times).min() ?? 0
        let span = (groups.flatMap(\.times).max() ?? 0) - first
        var width = max(binWidth, 0.001)
        func bin(_ time: Double) -> Int { Int(((time - first) / width).rounded(.down)) }
        while Int(span / width) + 1 > most { width *= 2 }
        let last = Int(span / width)
        self.init(
            title: title, origin: origin, start: first, binWidth: width,
            series: groups.map { name, times, isReference in
                var counts = [Int](repeating: 0, count: last + 1)
                for time in times { counts[min(bin(time), last)] += 1 }
                return Series(name: name, counts: counts, isReference: isReference)
            })
    }
}
