internal import Grading

/// The parts of one client's card, for a page of its own or one among many.
struct HTMLCard {
    var report: Report
    /// Put before every anchor, so that several cards fit into one page.
    var anchor: String
    /// The level of the headings of chapters; rules are one below.
    var heading: Int

    private var card: ReportCard { report.card }

    // MARK: The sum

    /// `3 of 16 rules fail`, and a bar of how many there are of each verdict.
    var verdictLine: Markup {
        let failed = card.judgements.count { $0.isFailure(strict: report.strict) }
        let sentence =
            failed > 0
            ? "\(failed) of \(card.judgements.count) rules speak against it"
            : card.isUndecided ? "Nothing could be decided" : "Nothing speaks against it"
        let counts = HTMLVerdict.order.map { ($0, card.count(of: $0)) }.filter { $0.1 > 0 }
        let total = max(1, card.judgements.count)
        var start = 0.0
        let bars = counts.map { verdict, count -> Markup in
            let width = 100 * Double(count) / Double(total)
            defer { start += width }
            return """
                <rect class="\(verdict.style)" x="\(SVG.number(start))%" y="0" width="\(SVG.number(width))%" height="10"/>
                """
        }
        let legend = counts.map { verdict, count -> Markup in
            "<li>\(HTMLVerdict.symbol(verdict)) \(count) \(HTMLVerdict.counted(verdict))</li>"
        }
        return """
            <p class="sum \(Markup(trusted: failed > 0 ? "fail" : card.isUndecided ? "inconclusive" : "pass"))">\
            \(sentence)</p>
            <svg class="bar" aria-hidden="true" width="100%" height="10">\(bars)</svg>
            <ul class="counts" aria-label="Verdicts">\(legend)</ul>
            """
    }

    var facts: Markup {
        var facts = [("Suite", card.suite), ("Seed", "\(card.seed)"), ("Took", SVG.seconds(report.elapsed))]
        if let bound = card.bound { facts.append(("Longest chain of waits", SVG.seconds(bound))) }
        if let noise = card.noiseFloor { facts.append(("Noise of this machine", SVG.seconds(noise))) }
        let rows = facts.map { name, value -> Markup in "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }
        return "<dl class=\"facts\">\(rows)</dl>"
    }

    /// What a reader has to know before believing the rest.
    var remarks: Markup {
        var remarks: [Markup] = []
        if let reason = report.cutShort {
            remarks.append("<p class=\"remark\">Not all of it was judged: \(reason).</p>")
        }
        if report.strict {
            remarks.append("<p class=\"remark\">Judged strictly: notes and a lack of evidence count as failures.</p>")
        }
        if let comparison = report.comparison {
            if !comparison.unexpected.isEmpty {
                remarks.append(
                    "<p class=\"remark\">Not in the baseline: \(comparison.unexpected.joined(separator: ", ")).</p>")
            }
            if !comparison.stale.isEmpty {
                remarks.append(
                    """
                    <p class="remark">No longer true, to be struck from the baseline: \
                    \(comparison.stale.joined(separator: ", ")).</p>
                    """)
            }
            if !comparison.isRed { remarks.append("<p class=\"remark\">All is as the baseline says.</p>") }
        }
        return remarks.joined(separator: "\n")
    }

    /// What speaks against the client, the strongest requirements first.
    var failures: Markup? {
        let failures = card.judgements.filter { $0.isFailure(strict: report.strict) }
        guard !failures.isEmpty else { return nil }
        let items = Level.allCases.flatMap { level in failures.filter { $0.level == level } }.map { one -> Markup in
            """
            <li>\(HTMLVerdict.symbol(one.verdict)) <div><a href="#\(anchor + one.id)">\(one.id) \(one.title)</a>
            <span class="level">\(one.level.rawValue)</span>
            <p>\(one.finding.actual)</p></div></li>
            """
        }
        return """
            <section class="failures" aria-labelledby="\(anchor)failures">
            \(title("What speaks against it", id: "failures"))
            <ul>\(items)</ul>
            </section>
            """
    }

    /// The grades, and every rule with its verdict.
    var overview: Markup {
        let cards = card.groups.map { group, judgements -> Markup in
            let grade = CardGrade(judgements)
            let chips = judgements.map { one -> Markup in
                """
                <a class="chip \(one.verdict.style)" href="#\(anchor + one.id)">\(HTMLVerdict.symbol(one.verdict))\
                \(one.id)<span class="unseen"> \(one.title): \(one.verdict.words)</span></a>
                """
            }
            return """
                <li><span class="grade \(grade.style)"><span class="unseen">Grade </span>\(grade.rawValue)\
                <span class="unseen">: \(grade.meaning)</span></span>
                <a class="group" href="#\(anchor + group.id)">\(group.name)</a>
                <span class="chips">\(chips.joined(separator: " "))</span></li>
                """
        }
        return """
            <section class="overview" aria-labelledby="\(anchor)card">
            \(title("Report card", id: "card"))
            <ul>\(cards)</ul>
            </section>
            """
    }

    // MARK: Rule by rule

    var chapters: Markup {
        card.groups.map { group, judgements -> Markup in
            let grade = CardGrade(judgements)
            return """
                <section class="chapter" aria-labelledby="\(anchor)\(group.id)">
                \(title(group.name, id: group.id))
                <p class="grading"><span class="grade \(grade.style)">\(grade.rawValue)</span> \(grade.meaning)</p>
                \(judgements.map(rule))
                </section>
                """
        }.joined(separator: "\n")
    }

    private func title(_ text: String, id: String, below: Int = 0) -> Markup {
        "<h\(heading + below) id=\"\(anchor + id)\">\(text)</h\(heading + below)>"
    }

    private func rule(_ judgement: ReportCard.Judgement) -> Markup {
        let finding = judgement.finding
        let isOpen =
            judgement.verdict == .fail || judgement.isFailure(strict: report.strict)
            || (judgement.verdict == .inconclusive && !finding.pictures.isEmpty)
        let notes = finding.notes.map { note -> Markup in "<li>\(note)</li>" }
        return """
            <article class="rule \(judgement.verdict.style)" id="\(anchor + judgement.id)" \
            aria-labelledby="\(anchor + judgement.id)-title">
            <h\(heading + 1) id="\(anchor + judgement.id)-title"><span class="id">\(judgement.id)</span> \
            \(judgement.title)</h\(heading + 1)>
            <p class="verdict"><span class="badge \(judgement.verdict.style)">\(HTMLVerdict.symbol(judgement.verdict))\
            \(judgement.verdict.words)</span> <span class="level">\(judgement.level.rawValue)</span>\
            \(finding.classification.map { " <span class=\"class\">\($0)</span>" as Markup })</p>
            <p class="actual">\(finding.actual)</p>
            \(notes.isEmpty ? nil : "<ul class=\"notes\">\(notes)</ul>" as Markup)
            \(judgement.waiver.map { "<p class=\"remark\">Waived: \($0)</p>" as Markup })
            <details\(Markup(trusted: isOpen ? " open" : ""))>
            <summary>What was required and seen<span class="unseen"> by \(judgement.id)</span></summary>
            <dl class="terms">
            <div><dt>Required</dt><dd>\(judgement.requirement)</dd></div>
            <div><dt>Expected</dt><dd>\(finding.expected)</dd></div>
            \(sources(judgement.sources))
            </dl>
            \(finding.pictures.map(HTMLFigure.markup))
            \(evidence(judgement))
            <p class="again"><span>To judge only this rule again</span><code>\(report.command(repeating: judgement.id))\
            </code></p>
            </details>
            </article>
            """
    }

    private func sources(_ sources: [Rule.Source]) -> Markup? {
        guard !sources.isEmpty else { return nil }
        let links = sources.map { source -> Markup in
            // A page opens nothing but pages: an address of another kind stays text.
            source.url.hasPrefix("https://")
                ? "<li><a href=\"\(source.url)\" rel=\"noreferrer\">\(source.title)</a></li>"
                : "<li>\(source.title) \(source.url)</li>"
        }
        return "<div><dt>Sources</dt><dd><ul>\(links)</ul></dd></div>"
    }

    private func evidence(_ judgement: ReportCard.Judgement) -> Markup? {
        let lines = judgement.finding.evidence.map { line -> Markup in
            line.speaksAgainst
                ? "<li class=\"against\">\(HTMLVerdict.symbol(.fail))<span class=\"unseen\">against: </span>\(line.text)</li>"
                : "<li>\(line.text)</li>"
        }
        return lines.isEmpty ? nil : "<ul class=\"evidence\" aria-label=\"Evidence of \(judgement.id)\">\(lines)</ul>"
    }
}
