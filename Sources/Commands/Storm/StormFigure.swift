internal import HTTPSemantics

/// The report as a drawing that needs nothing else: a panel for each scenario, a bar for each client, the useful part of
/// its requests and the wasted one told apart by outline as well as by colour.
struct StormFigure {
    private let report: StormReport

    init(_ report: StormReport) { self.report = report }

    private static let width = 900.0
    private static let left = 190.0
    private static let barWidth = 430.0
    private static let rowHeight = 24.0
    private static let headHeight = 46.0

    private var panelHeight: Double {
        Self.headHeight + Double(report.clients.count) * Self.rowHeight + 14
    }

    var text: String { markup.text + "\n" }

    private var markup: Markup {
        let panels = report.blocks.count + (report.settings.herds > 0 ? 1 : 0)
        let height = 56 + Double(panels) * panelHeight + 26
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(SVG.number(Self.width)) \(SVG.number(height))" \
            width="\(SVG.number(Self.width))" height="\(SVG.number(height))" role="img">
            <title>\(title)</title>
            <desc>\(description)</desc>
            \(Self.style)
            <rect class="page" width="100%" height="100%"/>
            <text class="title" x="20" y="34">\(title)</text>
            \(report.blocks.enumerated().map { panel($1, at: 56 + Double($0) * panelHeight) })\
            \(herd(at: 56 + Double(report.blocks.count) * panelHeight))\
            <text class="soft" x="20" y="\(SVG.number(height - 14))">solid: answered with a success · hollow: wasted · \
            at the end: calls that succeeded, requests sent, time over the shortest possible</text>
            </svg>
            """
    }

    private var title: String {
        "\(StormText.count(report.settings.requests)) calls from \(report.settings.workers) workers"
    }

    private func panel(_ block: StormReport.Block, at top: Double) -> Markup {
        let most = Double(block.rows.map(\.calls).max() ?? 1)
        let rows = zip(report.clients, block.rows).enumerated().map { position, pair -> Markup in
            let (client, row) = pair
            let useful = Self.barWidth * Double(row.calls - row.wasted) / max(most, 1)
            let wasted = Self.barWidth * Double(row.wasted) / max(most, 1)
            let stretch = row.stretch(over: block.optimum).map { ", \(Decimal.text($0, places: 2)) × best" } ?? ""
            let said = "\(StormText.percent(row.succeeded, of: row.requested)), \(StormText.count(row.calls))\(stretch)"
            let y = top + Self.headHeight + Double(position) * Self.rowHeight
            return name(client, y: y) + bar("useful", x: Self.left, width: useful, y: y)
                + bar("wasted", x: Self.left + useful, width: wasted, y: y)
                + label(said, x: Self.left + useful + wasted + 8, y: y)
        }
        let letter = block.scenario.letter
        return heading("(\(letter)) \(block.scenario.title(report.settings))", at: top) + rows.joined()
    }

    private func herd(at top: Double) -> Markup {
        guard report.settings.herds > 0 else { return "" }
        let rows = report.clients.enumerated().map { position, client -> Markup in
            let y = top + Self.headHeight + Double(position) * Self.rowHeight
            guard let index = report.herd.indices[position].mean else {
                return name(client, y: y) + label("does not come back", x: Self.left, y: y)
            }
            let width = Self.barWidth * min(index, 1)
            let gone = report.eliminated(by: client).map {
                ", \(StormText.percent((1000 * $0).rounded() / 1000)) of the storms gone"
            }
            return name(client, y: y) + bar("wasted", x: Self.left, width: width, y: y)
                + label(Decimal.text(index, places: 2) + (gone ?? ""), x: Self.left + width + 8, y: y)
        }
        let title = "(d) \(StormHerd.title(report.settings)); the share of pairs that come back together"
        return heading(title, at: top) + rows.joined()
    }

    private func heading(_ text: String, at top: Double) -> Markup {
        """
        <line class="rule" x1="20" x2="\(SVG.number(Self.width - 20))" y1="\(SVG.number(top))" y2="\(SVG.number(top))"/>\
        <text class="heading" x="20" y="\(SVG.number(top + 26))">\(text)</text>
        """
    }

    private func name(_ client: StormClient, y: Double) -> Markup {
        """
        <text class="\(Markup(trusted: client == .backoff ? "ours" : "name"))" x="20" y="\(SVG.number(y + 15))">\
        \(TextLayout.truncate(client.name, width: 22))</text>
        """
    }

    private func bar(_ kind: Markup, x: Double, width: Double, y: Double) -> Markup {
        guard width >= 0.5 else { return "" }
        return """
            <rect class="\(kind)" x="\(SVG.number(x))" y="\(SVG.number(y + 3))" width="\(SVG.number(width))" height="16"/>
            """
    }

    private func label(_ text: String, x: Double, y: Double) -> Markup {
        "<text class=\"soft\" x=\"\(SVG.number(x))\" y=\"\(SVG.number(y + 15))\">\(text)</text>"
    }

    private var description: String {
        report.blocks.map { block in
            let rows = zip(report.clients, block.rows).map { client, row in
                "\(client.name): \(row.succeeded) of \(row.requested) succeeded, \(row.calls) requests, "
                    + "\(row.wasted) wasted, \(SVG.seconds(row.seconds))"
            }
            return "(\(block.scenario.letter)) \(block.scenario.title(report.settings)): "
                + rows.joined(separator: "; ")
        }.joined(separator: ". ")
    }

    private static let style: Markup = """
        <style>
        svg { color-scheme: light dark; font: 13px system-ui, "DejaVu Sans", sans-serif; }
        .page { fill: #ffffff; } .rule { stroke: #dcdfe4; }
        text { fill: #1d2127; } .soft { fill: #59616d; }
        .title { font-size: 18px; font-weight: 650; } .heading, .ours { font-weight: 650; }
        .useful { fill: #17713f; stroke: #17713f; } .wasted { fill: #fcebea; stroke: #b3201a; }
        @media (prefers-color-scheme: dark) {
        .page { fill: #1b1f25; } .rule { stroke: #363d48; }
        text { fill: #e7e9ec; } .soft { fill: #a3acb8; }
        .useful { fill: #6fd39a; stroke: #6fd39a; } .wasted { fill: #3a1d1b; stroke: #ff8f85; }
        }
        </style>
        """
}
