internal import Glibc

/// The ratios beside their goals, as an SVG that is readable on light and on dark, in the width of a README.
///
/// A bar begins at the goal: to the right as far as a figure is better, to the left as far as it is worse, both on a
/// logarithmic scale.
struct Picture {
    struct Bar {
        var label: String
        var figure: String
        var goal: String
        /// As ``Row/margin``; `nil` where nothing was measured.
        var margin: Double?
    }

    let bars: [Bar]
    private let note: String

    init(_ measured: [Measured], _ surroundings: Surroundings) {
        self.init(
            rows: measured.flatMap(\.rows),
            note: surroundings.machine.text + "; "
                + surroundings.versions.prefix(2).map { "\($0.name) \($0.number)" }.joined(separator: ", "))
    }

    init(rows: [Row], note: String) {
        bars = rows.filter { $0.goal.isRatio }.map { row in
            Bar(
                label: row.what, figure: row.value.map(row.goal.unit.text) ?? "not measured", goal: row.goal.text,
                margin: row.margin)
        }
        self.note = note
    }

    // In the SVG's units, of which a README shows about one in a pixel.
    private static let (width, step, top) = (860, 24, 58)
    /// Where the goal is, and how far bars reach to each side: from a quarter to four times.
    private static let (goal, reach) = (600, 90)

    var text: String {
        let bottom = Self.top + bars.count * Self.step
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(bottom + 30)" role="img" \
            aria-label="Retrograde's ratios beside their goals">
            <style>
            text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
            .head { font-weight: 600 }
            .note { font-size: 12px; fill: #59636e }
            .met { fill: #1a7f37 } .missed { fill: #bc4c00 }
            line { stroke: #59636e; stroke-width: 1 }
            .scale { stroke: #d1d9e0 }
            @media (prefers-color-scheme: dark) {
                text { fill: #f0f6fc } .note { fill: #9198a1 } .met { fill: #3fb950 } .missed { fill: #db6d28 }
                line { stroke: #9198a1 } .scale { stroke: #3d444d }
            }
            </style>
            <text x="0" y="16" class="head">Retrograde beside its goals</text>
            \(Self.scale(to: bottom))
            \(bars.enumerated().map { Self.draw($1, y: Self.top + $0 * Self.step) }.joined(separator: "\n"))
            <text x="0" y="\(bottom + 22)" class="note">\(Self.escaped(note))</text>
            </svg>

            """
    }

    private static func scale(to bottom: Int) -> String {
        let marks = [(0.25, "4 × worse"), (0.5, ""), (1, "goal"), (2, ""), (4, "4 × better")].map { margin, name in
            let x = goal + offset(margin)
            return """
                <line x1="\(x)" y1="\(top - 12)" x2="\(x)" y2="\(bottom)"\(margin == 1 ? "" : " class=\"scale\"")/>
                <text x="\(x)" y="\(top - 18)" text-anchor="middle" class="note">\(name)</text>
                """
        }
        let columns = """
            <text x="\(width - 90)" y="\(top - 18)" text-anchor="end" class="note">figure</text>
            <text x="\(width)" y="\(top - 18)" text-anchor="end" class="note">goal</text>
            """
        return marks.joined(separator: "\n") + "\n" + columns
    }

    private static func draw(_ bar: Bar, y: Int) -> String {
        var lines = ["<text x=\"0\" y=\"\(y + 13)\">\(escaped(bar.label))</text>"]
        if let margin = bar.margin {
            let length = offset(margin)
            lines.append(
                """
                <rect x="\(min(goal, goal + length))" y="\(y + 2)" width="\(max(2, length.magnitude))" height="14" rx="2" \
                class="\(margin >= 1 ? "met" : "missed")"/>
                """)
        }
        lines.append("<text x=\"\(width - 90)\" y=\"\(y + 13)\" text-anchor=\"end\">\(bar.figure)</text>")
        lines.append("<text x=\"\(width)\" y=\"\(y + 13)\" text-anchor=\"end\" class=\"note\">\(bar.goal)</text>")
        return lines.joined(separator: "\n")
    }

    /// What is beyond the scale ends with it.
    private static func offset(_ margin: Double) -> Int {
        let doublings = min(max(log2(margin), -2), 2)
        return Int((doublings / 2 * Double(reach)).rounded())
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
