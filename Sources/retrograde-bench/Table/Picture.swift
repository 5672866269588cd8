/// Requests a second beside the bare C server, as an SVG that is readable on light and on dark.
struct Picture {
    struct Bar {
        var name: String
        /// Of the C floor's requests a second.
        var share: Double
    }

    let bars: [Bar]
    let machine: Machine

    /// - Returns: `nil` where the C floor was not measured, which everything is drawn beside.
    init?(rows: [Row], machine: Machine) {
        guard let ours = rows.first(where: { $0.line.against == Scripted.floor })?.value else { return nil }
        let others = rows.compactMap { row in
            row.line.against.flatMap { name in row.value.map { Bar(name: name, share: ours / $0) } }
        }
        bars = (others + [Bar(name: "Retrograde", share: ours)]).sorted { $0.share > $1.share }
        self.machine = machine
    }

    var text: String {
        let (left, width, step) = (150, 480, 28)
        let longest = bars.map(\.share).max() ?? 1
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 \(bars.count * step + 64)" role="img" \
            aria-label="Requests a second of servers that refuse with 429, as a part of a bare C server's">
            <style>
            text { font: 14px system-ui, sans-serif; fill: #1f2328 }
            .note { font-size: 12px; fill: #59636e }
            rect { fill: #8c959f }
            .ours { fill: #0969da }
            @media (prefers-color-scheme: dark) {
                text { fill: #f0f6fc } .note { fill: #9198a1 } rect { fill: #656c76 } .ours { fill: #4493f8 }
            }
            </style>
            <text x="0" y="18">429s a second, bare C on libmicrohttpd = 1</text>

            """
        for (position, bar) in bars.enumerated() {
            let y = 34 + position * step
            let length = max(2, Int((bar.share / longest * Double(width)).rounded()))
            let style = bar.name == "Retrograde" ? " class=\"ours\"" : ""
            svg += """
                <text x="\(left - 10)" y="\(y + 15)" text-anchor="end">\(bar.name)</text>
                <rect x="\(left)" y="\(y)" width="\(length)" height="20" rx="3"\(style)/>
                <text x="\(left + length + 8)" y="\(y + 15)">\(bar.share.text(bar.share < 0.1 ? 3 : 2))</text>

                """
        }
        let note = "wrk, \(Wrk.connections) connections, in turns with Retrograde, its journal on · \(machine.text)"
        return svg + "<text x=\"0\" y=\"\(bars.count * step + 56)\" class=\"note\">\(note)</text>\n</svg>\n"
    }
}
