internal import Grading

/// The report as one page that can be shared: what fails first, then the card with a grade for each group, then rule
/// by rule what was required, expected and seen.
enum HTMLReport {
    static func text(_ report: Report) -> String {
        let card = HTMLCard(report: report, anchor: "", heading: 2)
        let body: Markup = """
            <header class="top">
            <p class="brand">Retrograde</p>
            <h1>How <code>\(report.card.client)</code> retries</h1>
            \(card.verdictLine)
            \(card.facts)
            \(card.remarks)
            </header>
            <main id="main">
            \(card.failures)
            \(card.overview)
            \(card.chapters)
            </main>
            \(HTMLGlossary.footer)
            """
        return HTMLPage(title: "\(report.card.client): how it retries", body: body).text
    }
}
