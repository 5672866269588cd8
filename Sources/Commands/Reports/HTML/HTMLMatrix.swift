internal import Grading

/// Several clients against the same rules: the table, and below it each client's own card.
enum HTMLMatrix {
    /// - Parameter report: what a judged row's card needs besides; `nil` leaves the card out.
    static func text(_ matrix: Matrix, strict: Bool = false, report: (Matrix.Row) -> Report?) -> String {
        let cards = matrix.rows.enumerated().map { number, row -> Markup in
            let anchor = "client-\(number + 1)-"
            guard let report = report(row) else { return "" }
            let card = HTMLCard(report: report, anchor: anchor, heading: 3)
            return """
                <section class="client" aria-labelledby="\(anchor)name">
                <h2 id="\(anchor)name">\(row.client)</h2>
                <p class="file"><code>\(report.card.client)</code></p>
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
            </header>
            <main id="main">
            \(table(matrix, strict: strict))
            \(notRun(matrix))
            \(cards)
            </main>
            \(HTMLGlossary.footer)
            """
        return HTMLPage(title: "How \(judged) clients retry", body: body).text
    }

    /// A rule a line, a client a column: rules have names that a line can hold.
    private static func table(_ matrix: Matrix, strict: Bool) -> Markup {
        let clients = matrix.rows.enumerated().filter { $0.element.card != nil }
        let heads = clients.map { number, row -> Markup in
            "<th scope=\"col\"><a href=\"#client-\(number + 1)-name\"><span>\(row.client)</span></a></th>"
        }
        let sums = clients.map { _, row -> Markup in
            let failed = row.card?.judgements.count { $0.isFailure(strict: strict) } ?? 0
            return "<td class=\"\(Markup(trusted: failed > 0 ? "fail" : "pass"))\">\(failed)</td>"
        }
        let groups = RuleGroup.allCases.map { group -> Markup in
            let columns = matrix.columns.filter { RuleGroup(rule: $0.id) == group }
            guard !columns.isEmpty else { return "" }
            let lines = columns.map { column -> Markup in
                let cells = clients.map { number, row in cell(row, column, number: number + 1) }
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
            <caption>Each sign leads to what was seen: ✗ fails, ? could not be decided, ✓ passes, – does not concern \
            the client</caption>
            <thead><tr><th scope="col">Rule</th>\(heads)</tr>
            <tr class="sums"><th scope="row">Rules that speak against it</th>\(sums)</tr></thead>
            \(groups)
            </table>
            </div>
            </section>
            """
    }

    private static func cell(_ row: Matrix.Row, _ column: Matrix.Column, number: Int) -> Markup {
        guard let judgement = row.judgement(by: column.id) else {
            return "<td class=\"idle\"><span class=\"unseen\">not judged</span></td>"
        }
        return """
            <td class="\(judgement.verdict.style)"><a href="#client-\(number)-\(column.id)" \
            title="\(row.client), \(column.id): \(judgement.verdict.words)"><span aria-hidden="true">\
            \(HTMLVerdict.character(judgement.verdict))</span><span class="unseen">\(judgement.verdict.words)</span></a></td>
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
