/// A linear axis of seconds with round ticks.
struct TimeAxis {
    var start: Double
    var end: Double
    /// The times that are written below it.
    var ticks: [Double]
    private var step: Double

    /// - Parameters:
    ///   - end: in seconds; made at least a millisecond longer than the start.
    ///   - most: how many ticks at most, at least 2.
    init(from start: Double = 0, to end: Double, most: Int = 6) {
        let end = max(end, start + 0.001)
        self.start = start
        self.end = end
        step = Self.roundStep(atLeast: (end - start) / Double(max(most - 1, 1)))
        let first = (start / step).rounded(.up)
        let last = (end / step + 1e-9).rounded(.down)
        ticks = first > last ? [] : stride(from: first, through: last, by: 1).map { [step] in $0 * step }
    }

    /// Where a time lies, as a share of the width.
    func share(_ time: Double) -> Double { (time - start) / (end - start) }

    /// `500 ms`, `2 s`: all ticks of an axis in one unit.
    func label(_ time: Double) -> String {
        if time == 0 { return "0" }
        if end < 1 { return "\(SVG.number(time * 1000)) ms" }
        return "\(SVG.number(time)) s"
    }

    /// The scale as a drawing of its own, below what it measures.
    var markup: Markup {
        let marks = ticks.map { time -> Markup in
            let place = SVG.percent(share(time))
            let anchor = share(time) < 0.03 ? "start" : share(time) > 0.97 ? "end" : "middle"
            return """
                <line x1="\(place)" x2="\(place)" y1="0" y2="5"/><text x="\(place)" y="18" text-anchor="\(anchor)">\
                \(label(time))</text>
                """
        }
        return """
            <svg class="axis" aria-hidden="true" width="100%" height="22"><line x1="0" x2="100%" y1="0" y2="0"/>\
            \(marks)</svg>
            """
    }

    /// 1, 2 or 5 times a power of ten.
    static func roundStep(atLeast least: Double) -> Double {
        var power = 1e-6
        while power * 10 <= least { power *= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
    }
}
