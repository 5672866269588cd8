internal import Grading

/// Delays over the number of the retry: a dot for each process, and an interval.
struct LadderFigure {
    private let plot: LadderPlot
    private let steps: [LadderPlot.Step]
    private let scale: Scale

    /// So many retries fit beside each other on a narrow screen.
    private static let most = 16

    init(_ plot: LadderPlot) {
        self.plot = plot
        steps = Array(plot.steps.prefix(Self.most))
        scale = Scale(plot, steps)
    }

    private static let height = 240.0
    private static let top = 26.0
    private static let bottom = 206.0
    /// Room for the labels of the lines.
    private static let left = 0.12

    /// From delays to heights: linear from zero, or logarithmic where they differ by more than the eye can compare.
    private struct Scale {
        var axis: TimeAxis
        var isLogarithmic: Bool
        var lines: [Double]
        var floor: Double

        init(_ plot: LadderPlot, _ steps: [LadderPlot.Step]) {
            let centres = steps.map(\.centre).filter { $0 > 0 }
            let values = steps.flatMap { $0.delays + [$0.high, $0.centre] } + plot.marks.map(\.delay)
            let highest = max(values.max() ?? 1, 0.001)
            let lowest = centres.min() ?? highest
            isLogarithmic = (centres.max() ?? 0) > 16 * lowest
            axis = TimeAxis(to: highest * 1.08, most: 7)
            floor = isLogarithmic ? max(lowest / 3, 0.0005) : 0
            lines = axis.ticks
            if isLogarithmic {
                lines = (-4...6).flatMap { power -> [Double] in
                    let decade = (0..<abs(power)).reduce(1.0) { value, _ in power < 0 ? value / 10 : value * 10 }
                    return [decade, 3 * decade]
                }.filter { $0 >= floor && $0 <= axis.end }
            }
        }

        /// On a logarithmic scale each line has the unit that suits it.
        func label(_ delay: Double) -> String {
            guard isLogarithmic else { return axis.label(delay) }
            return delay < 0.9995 ? "\(SVG.number(delay * 1000)) ms" : "\(SVG.number(delay)) s"
        }

        /// 0 at the bottom, 1 at the top.
        func share(_ delay: Double) -> Double {
            guard isLogarithmic else { return min(max(axis.share(delay), 0), 1) }
            let low = decades(floor)
            return min(max((decades(max(delay, floor)) - low) / (decades(axis.end) - low), 0), 1)
        }

        /// The logarithm to the base of 10, near enough for a drawing.
        private func decades(_ value: Double) -> Double {
            var rest = value
            var whole = 0.0
            while rest >= 10 { (rest, whole) = (rest / 10, whole + 1) }
            while rest < 1 { (rest, whole) = (rest * 10, whole - 1) }
            var part = 0.0
            var weight = 0.5
            for _ in 0..<20 {
                rest *= rest
                if rest >= 10 { (rest, part) = (rest / 10, part + weight) }
                weight /= 2
            }
            return whole + part
        }
    }

    private func height(_ delay: Double) -> Double {
        Self.bottom - (Self.bottom - Self.top) * scale.share(delay)
    }

    /// The middle of a step's column, as a share of the width.
    private func column(_ position: Int, shifted: Double = 0) -> Double {
        let width = (1 - Self.left) / Double(max(steps.count, 1))
        return Self.left + (Double(position) + 0.5 + shifted) * width
    }

    var markup: Markup {
        """
        <figure class="ladder">
        <figcaption>\(plot.title)</figcaption>
        <svg role="img" width="100%" height="\(SVG.number(Self.height))"><title>\(plot.title)</title>\
        <desc>\(description)</desc>
        \(grid)\(plot.marks.map(mark))\(steps.indices.map(step))</svg>
        <p class="axis-title">number of the retry\(scale.isLogarithmic ? ", delays on a logarithmic scale" : "")</p>
        <ul class="legend" aria-label="Legend">
        <li><svg class="sample" aria-hidden="true" width="16" height="16"><circle class="dot" cx="8" cy="8" r="3"/></svg> \
        one process</li>
        <li><svg class="sample" aria-hidden="true" width="16" height="16"><line class="interval" x1="8" x2="8" y1="1" \
        y2="15"/><rect class="centre" x="4" y="6.5" width="8" height="3"/></svg> \(plot.intervalMeaning)</li>
        </ul>
        </figure>
        """
    }

    private var grid: Markup {
        scale.lines.map { delay -> Markup in
            let y = SVG.number(height(delay))
            return """
                <line class="grid" x1="0" x2="100%" y1="\(y)" y2="\(y)"/><text class="scale" x="0" \
                y="\(SVG.number(height(delay) - 4))">\(scale.label(delay))</text>
                """
        }.joined()
    }

    private func mark(_ mark: LadderPlot.Mark) -> Markup {
        let y = height(mark.delay)
        return """
            <line class="limit" x1="0" x2="100%" y1="\(SVG.number(y))" y2="\(SVG.number(y))"/><text class="limit" \
            x="100%" y="\(SVG.number(y - 4))" text-anchor="end">\(mark.label)</text>
            """
    }

    private func step(_ position: Int) -> Markup {
        let step = steps[position]
        let middle = SVG.percent(column(position))
        let dots = step.delays.prefix(60).enumerated().map { number, delay -> Markup in
            // Beside each other, so that equal delays are seen to be several.
            let shift = 0.5 * (Double((number * 7) % 13) / 13 - 0.46)
            return """
                <circle class="dot" cx="\(SVG.percent(column(position, shifted: shift)))" cy="\(SVG.number(height(delay)))" \
                r="3"/>
                """
        }
        let low = height(step.low)
        let high = height(step.high)
        // On a narrow screen there is room for about seven labels.
        let isLabelled = position % ((steps.count + 6) / 7) == 0
        let label: Markup? =
            isLabelled
            ? """
            <text class="value" x="\(middle)" y="\(SVG.number(max(min(high, height(step.delays.max() ?? 0)) - 8, 12)))" \
            text-anchor="middle">\(SVG.seconds(step.centre))</text>
            """ : nil
        let remark: Markup? =
            step.remark.isEmpty || steps.count > 5
            ? nil
            : "<text class=\"said\" x=\"\(middle)\" y=\"236\" text-anchor=\"middle\">\(Self.short(step.remark))</text>"
        return """
            <g class="step\(Markup(trusted: step.speaksAgainst ? " against" : ""))">\(dots)<line class="interval" \
            x1="\(middle)" x2="\(middle)" y1="\(SVG.number(low))" y2="\(SVG.number(high))"/><svg x="\(middle)" \
            y="\(SVG.number(height(step.centre)))" overflow="visible"><rect class="centre" x="-7" y="-1.5" width="14" \
            height="3"/></svg>\(label)<text class="number" x="\(middle)" y="222" text-anchor="middle">\(step.number)</text>\
            \(remark)</g>
            """
    }

    /// A remark without what stands in brackets: it has a column's width.
    private static func short(_ remark: String) -> String {
        String(remark.prefix { $0 != "(" }).split(separator: " ").joined(separator: " ")
    }

    private var description: String {
        plot.steps.prefix(24).map { step in
            "retry \(step.number): \(SVG.seconds(step.centre)) over \(step.delays.count) processes, "
                + "\(SVG.seconds(step.low)) to \(SVG.seconds(step.high))"
                + (step.remark.isEmpty ? "" : ", \(step.remark)")
        }.joined(separator: "; ")
    }
}
