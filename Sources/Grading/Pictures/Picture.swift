/// What can be drawn of a finding, in numbers: report writers make the drawing, rules only say what was seen.
///
/// All times are seconds.
public enum Picture: Hashable, Sendable {
    /// Attempts against the times at which they were asked to come back.
    case timeline(Timeline)
    /// Delays by the number of the retry, over many processes.
    case ladder(LadderPlot)
    /// How many arrived when.
    case histogram(Histogram)

    public var title: String {
        switch self {
        case .timeline(let timeline): timeline.title
        case .ladder(let plot): plot.title
        case .histogram(let histogram): histogram.title
        }
    }
}

extension Finding {
    /// The same finding with something to look at.
    public func showing(_ pictures: [Picture]) -> Finding {
        var finding = self
        finding.pictures += pictures.filter { !$0.isEmpty }
        return finding
    }

    public func showing(_ picture: Picture) -> Finding { showing([picture]) }
}

extension Picture {
    /// Whether there is nothing to draw.
    var isEmpty: Bool {
        switch self {
        case .timeline(let timeline): timeline.rows.allSatisfy(\.attempts.isEmpty)
        case .ladder(let plot): plot.steps.allSatisfy(\.delays.isEmpty)
        case .histogram(let histogram): histogram.series.allSatisfy { $0.counts.allSatisfy { $0 == 0 } }
        }
    }
}
