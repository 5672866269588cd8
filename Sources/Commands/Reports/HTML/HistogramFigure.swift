internal import Grading

/// Arrivals in bins, a drawing for each series over one scale.
struct HistogramFigure {
    private let histogram: Histogram
    private let axis: TimeAxis

    init(_ histogram: Histogram) {
        self.histogram = histogram
        let bins = histogram.series.map(\.counts.count).max() ?? 1
        // From the origin on, so that the eye sees how far away they came.
        let start = min(0, histogram.start)
        axis = TimeAxis(from: start, to: histogram.start + histogram.binWidth * Double(bins + 1))
    }

    private static let base = 76.0
    private static let tallest = 58.0

    var markup: Markup {
        let highest = histogram.series.flatMap(\.counts).max() ?? 1
        return """
            <figure class="histogram">
            <figcaption>\(histogram.title)</figcaption>
            <ol>\(histogram.series.map { series($0, highest: max(highest, 1)) })</ol>
            <div class="scale">\(axis.markup)<p>after \(histogram.origin), in bins of \
            \(SVG.seconds(histogram.binWidth))</p></div>
            </figure>
            """
    }

    private func series(_ series: Histogram.Series, highest: Int) -> Markup {
        let total = series.counts.reduce(0, +)
        let peak = series.counts.max() ?? 0
        let bars = series.counts.enumerated().map { number, count -> Markup? in
            guard count > 0 else { return nil }
            let start = histogram.start + Double(number) * histogram.binWidth
            let from = axis.share(start)
            let height = Self.tallest * Double(count) / Double(highest)
            return """
                <rect x="\(SVG.percent(from))" y="\(SVG.number(Self.base - height))" \
                width="\(SVG.percent(axis.share(start + histogram.binWidth) - from))" height="\(SVG.number(height))"/>
                """
        }.compactMap { $0 }
        var label: Markup?
        if let top = series.counts.firstIndex(of: peak), peak > 0 {
            let share = axis.share(histogram.start + (Double(top) + 0.5) * histogram.binWidth)
            let y = Self.base - Self.tallest * Double(peak) / Double(highest) - 5
            let anchor = share > 0.9 ? "end" : share < 0.1 ? "start" : "middle"
            label = """
                <text x="\(SVG.percent(share))" y="\(SVG.number(y))" text-anchor="\(anchor)">\(peak)</text>
                """
        }
        let share = total == 0 ? 0 : 100 * peak / total
        let note = "\(total) arrivals, \(peak) of them (\(share)\u{A0}%) in the busiest bin"
        return """
            <li class="\(Markup(trusted: series.isReference ? "reference" : "client"))">
            <span class="name">\(series.name)</span>
            <svg class="bars" role="img" width="100%" height="80"><title>\(series.name)</title><desc>\(note)</desc>
            <line class="life" x1="0" x2="100%" y1="76" y2="76"/>\(bars)\(label)</svg>
            <span class="note">\(note)</span></li>
            """
    }
}
