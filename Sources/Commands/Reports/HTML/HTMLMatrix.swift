internal import Grading

/// Several clients against the same rules: the table, and below it each client's own card.
enum HTMLMatrix {
    static func text(_ report: MatrixReport) -> String {
        let matrix = report.matrix
        let cards = matrix.rows.enumerated().map { number, row -> Markup in
            let anchor = "client-\(number + 1)-"
            guard let single = report.reports[row.file] else { return "" }
            let card = HTMLCard(report: single, anchor: anchor, heading: 3)
            return """
                <section class="client" aria-labelledby="\(anchor)name">
                <h2 id="\(anchor)name">\(row.client)</h2>
                <p class="file"><code>\(row.file)</code></p>
                \(card.verdictLine)
                \(card.facts)
                \(card.remarks)
                \(card.failures)
                \(card.overview)
                \(card.chapters)
                <p class="back"><a href="#matrix">Back to the table</a></p>
                </section>
                """
        }
        let judged = matrix.rows.count { $0.card != nil }
        let body: Markup = """
            <header class="top">
            <p class="brand">Retrograde</p>
            <h1>How \(judged) clients retry</h1>
            <dl class="facts"><div><dt>Suite</dt><dd>\(matrix.suite)</dd></div><div><dt>Seed</dt>\
            <dd>\("\(matrix.seed)")</dd></div><div><dt>Took</dt><dd>\(SVG.seconds(matrix.seconds))</dd></div></dl>
            <p class="sum">\(report.summary)</p>
            \(report.cutShort.map { "<p class=\"remark\">Not all of it was judged: \($0).</p>" as Markup })
            </header>
            <main id="main">
            \(table(report))
            \(notRun(matrix))
            \(cards)
            </main>
            \(HTMLGlossary.footer)
            """
        return HTMLPage(title: "How \(judged) clients retry", body: body).text
    }

    /// A rule a line, a client a column: rules have names that a line can hold.
    private static func table(_ report: MatrixReport) -> Markup {
        let matrix = report.matrix
        let clients = matrix.rows.enumerated().filter { $0.element.card != nil }
        let heads = clients.map { number, row -> Markup in
            "<th scope=\"col\"><a href=\"#client-\(number + 1)-name\"><span>\(row.client)</span></a></th>"
        }
        let sums = clients.map { _, row -> Markup in
            let failed = report.failures(of: row).count
            if failed == 0, report.isUndecided(row) {
                return "<td class=\"inconclusive\" title=\"nothing could be decided\">?</td>"
            }
            return "<td class=\"\(Markup(trusted: failed > 0 ? "fail" : "pass"))\">\(failed)</td>"
        }
        let groups = RuleGroup.allCases.map { group -> Markup in
            let columns = matrix.columns.filter { RuleGroup(rule: $0.id) == group }
            guard !columns.isEmpty else { return "" }
            let lines = columns.map { column -> Markup in
                let cells = clients.map { number, row in cell(row, column, number: number + 1, report) }
                return """
                    <tr><th scope="row"><span class="id">\(column.id)</span> <span class="title">\(column.title)</span></th>\
                    \(cells)</tr>
                    """
            }
            return """
                <tbody><tr class="group"><th scope="rowgroup">\(group.name)</th>\
                <td colspan="\(clients.count)"></td></tr>\(lines)</tbody>
                """
        }
        return """
            <section aria-labelledby="matrix">
            <h2 id="matrix">All rules, all clients</h2>
            <div class="scroll" role="region" aria-labelledby="matrix" tabindex="0">
            <table class="matrix">
            <caption>Each sign leads to what was seen: \(report.legend.joined(separator: ", "))</caption>
            <thead><tr><th scope="col">Rule</th>\(heads)</tr>
            <tr class="sums"><th scope="row">Rules that speak against it</th>\(sums)</tr></thead>
            \(groups)
            </table>
            </div>
            </section>
            """
    }

    private static func cell(
        _ row: Matrix.Row, _ column: Matrix.Column, number: Int, _ report: MatrixReport
    ) -> Markup {
        let cell = report.cell(row, column)
        guard cell != .empty else { return "<td class=\"idle\"><span class=\"unseen\">not judged</span></td>" }
        return """
            <td class="\(cell.style)"><a href="#client-\(number)-\(column.id)" title="\(row.client), \(column.id): \
            \(cell.words)"><span aria-hidden="true">\(cell.mark)</span><span class="unseen">\(cell.words)</span></a></td>
            """
    }

    private static func notRun(_ matrix: Matrix) -> Markup? {
        let items = matrix.notRun.map { row -> Markup in
            guard case .notRun(let reason) = row.outcome else { return "" }
            return "<li><strong>\(row.client)</strong> <code>\(row.file)</code>: \(reason)</li>"
        }
        return items.isEmpty
            ? nil
            : """
            <section aria-labelledby="not-run"><h2 id="not-run">Not run</h2><ul class="remark">\(items)</ul></section>
            """
    }
}

extension MatrixReport.Cell {
    /// The name of its class in the style sheet.
    fileprivate var style: String {
        switch self {
        case .pass, .noted: "pass"
        case .fail: "fail"
        case .informative, .inconclusive: "inconclusive"
        case .waived, .notApplicable, .empty: "idle"
        }
    }
}
