internal import HTTPSemantics

/// An experiment as one picture that needs nothing else: for each run the load over time, what was offered as a line,
/// what was served as a filled area, outages shaded.
enum SimulationSVG {
    // Narrow, so that the words can still be read where a page shows it 400 pixels wide.
    private static let left = 130.0
    private static let plot = 450.0
    private static let width = 600.0
    private static let panel = 74.0
    private static let plotHeight = 56.0

    static func text(_ experiment: Experiment) -> String {
        let length = length(of: experiment)
        var y = 56.0
        var content: Markup = ""
        var start = 0
        while start < experiment.runs.count {
            let condition = experiment.runs[start].condition
            let runs = experiment.runs[start...].prefix { $0.condition == condition }
            start += runs.count
            if !condition.isEmpty {
                content += """
                    <text class="condition" x="10" y="\(SVG.number(y + 16))">\(condition)</text>

                    """
                y += 28
            }
            let highest = runs.flatMap { rates($0, until: length) }.max() ?? 1
            for run in runs {
                content += draw(run, at: y, until: length, highest: max(highest, 1e-9))
                y += panel
            }
            content += axis(at: y, until: length)
            y += 34
        }
        let height = SVG.number(y + 6)
        let markup: Markup = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(SVG.number(width)) \(height)" \
            width="\(SVG.number(width))" height="\(height)" role="img">
            <title>\(experiment.title)</title>
            <desc>Requests over time, simulated with seed \(String(experiment.seed)). \(key(experiment)).</desc>
            <style>\(Markup(trusted: style))</style>
            <rect class="page" width="100%" height="100%"/>
            <text class="title" x="10" y="24">\(experiment.title)</text>
            <text class="key" x="10" y="43">\(key(experiment))</text>
            \(content)</svg>

            """
        return markup.text
    }

    private static let style = """
        text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:16px;font-weight:600}.condition{font-weight:600}\
        .key,.small{font-size:11px;fill:#57606a}.page{fill:#fff}.out{fill:#cf222e;opacity:.12}.served{fill:#2da44e;opacity:.55}\
        .offered{fill:none;stroke:#0969da;stroke-width:1.2}.axis{stroke:#8c959f}\
        @media(prefers-color-scheme:dark){text{fill:#e6edf3}.key,.small{fill:#9198a1}.page{fill:#0d1117}\
        .offered{stroke:#4493f8}.out{opacity:.3}}
        """

    private static func key(_ experiment: Experiment) -> String {
        let outage = experiment.runs.contains { !$0.outages.isEmpty } ? " · shaded: outage" : ""
        return "line: requests offered per second · green: served" + outage
    }

    /// In seconds.
    private static func length(of experiment: Experiment) -> Double {
        let longest =
            experiment.runs.map { run in
                run.series.bin.inSeconds * Double(max(run.series.offered.count, run.series.served.count))
            }.max() ?? 1
        return min(longest, experiment.pictureEnd?.inSeconds ?? longest)
    }

    private static func rates(_ run: Experiment.Run, until length: Double) -> [Double] {
        let bin = run.series.bin.inSeconds
        return run.series.offered.prefix(Int(length / bin) + 1).map { $0 / bin }
    }

    private static func draw(_ run: Experiment.Run, at y: Double, until length: Double, highest: Double) -> Markup {
        let base = y + plotHeight
        func x(_ seconds: Double) -> Double { left + plot * min(max(seconds / length, 0), 1) }
        let outages = run.outages.map { outage -> Markup in
            """
            <rect class="out" x="\(SVG.number(x(outage.lowerBound)))" y="\(SVG.number(y))" \
            width="\(SVG.number(x(outage.upperBound) - x(outage.lowerBound)))" height="\(SVG.number(plotHeight))"/>
            """
        }
        let bin = run.series.bin.inSeconds
        /// A staircase, a step for each bin.
        func staircase(_ values: [Double]) -> String {
            var path = ""
            for (number, value) in values.enumerated() where Double(number) * bin < length {
                let height = SVG.number(base - plotHeight * min(1, value / bin / highest))
                let from = SVG.number(x(Double(number) * bin))
                path += path.isEmpty ? "M\(from) \(height)" : "V\(height)"
                path += "H\(SVG.number(x(Double(number + 1) * bin)))"
            }
            return path
        }
        let offered = staircase(run.series.offered)
        let served = staircase(run.series.served)
        let area =
            served.isEmpty
            ? "" : "M\(SVG.number(left)) \(SVG.number(base))L" + served.dropFirst() + "V\(SVG.number(base))Z"
        return """
            \(outages)<path class="served" d="\(area)"/><path class="offered" d="\(offered)"/>
            <line class="axis" x1="\(SVG.number(left))" x2="\(SVG.number(left + plot))" y1="\(SVG.number(base))" \
            y2="\(SVG.number(base))"/><text x="10" y="\(SVG.number(y + 24))">\(run.policy)</text>
            <text class="small" x="10" y="\(SVG.number(y + 40))">peak \(Figure.whole(run.peak)) a second</text>

            """
    }

    private static func axis(at y: Double, until length: Double) -> Markup {
        // Ticks are round in the unit that is written: hours in tens, not in 50,000 seconds.
        let units: [(name: String, seconds: Double)] = [("s", 1), ("min", 60), ("h", 3_600)]
        let unit = units.last { length >= 10 * $0.seconds } ?? units[0]
        return TimeAxis(to: length / unit.seconds).ticks.map { tick -> Markup in
            let x = SVG.number(left + plot * tick * unit.seconds / length)
            return """
                <line class="axis" x1="\(x)" x2="\(x)" y1="\(SVG.number(y - 18))" y2="\(SVG.number(y - 13))"/>\
                <text class="small" x="\(x)" y="\(SVG.number(y))" text-anchor="middle">\
                \(tick == 0 ? "0" : "\(SVG.number(tick)) \(unit.name)")</text>

                """
        }.joined()
    }
}
