internal import Grading

/// The report for a pipeline's summary page: a table, and below it a fold for each rule that did not pass.
enum MarkdownReport {
    static func text(_ report: Report) -> String {
        let facts = ["suite \(report.card.suite)", "seed \(report.card.seed)", report.duration, report.noiseFloor]
        var lines = [
            "## Retrograde: \(code(report.card.client))", "",
            "**\(report.summary)** · \(facts.compactMap { $0 }.joined(separator: " · "))", "",
            "| | rule | requirement | level | verdict | what happened |",
            "|---|---|---|---|---|---|",
        ]
        lines += report.card.judgements.map { judgement in
            "| \(symbol(judgement)) | \(judgement.id) | \(cell(judgement.title)) | \(judgement.level.rawValue) | "
                + "\(judgement.verdict.words) | \(cell(judgement.finding.actual)) |"
        }
        for judgement in report.card.judgements
        where judgement.verdict == .fail || judgement.verdict == .inconclusive {
            lines += [""] + details(of: judgement, in: report)
        }
        if let cutShort = report.cutShort { lines += ["", "_\(cell(cutShort))_"] }
        if let comparison = report.comparison {
            lines += [
                "",
                comparison.isRed
                    ? "Baseline: unexpected \(list(comparison.unexpected)); no longer true \(list(comparison.stale))."
                    : "All is as the baseline says.",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A table of clients and rules, and below it a fold for each client.
    static func text(_ report: MatrixReport) -> String {
        let matrix = report.matrix
        let head = ["client"] + matrix.columns.map(\.id)
        var lines = [
            "## Retrograde: \(matrix.rows.count) clients, suite \(cell(matrix.suite))", "",
            "**\(report.summary)** · seed \(matrix.seed) · \(Decimal.text(matrix.seconds, places: 1)) s", "",
            "| \(head.joined(separator: " | ")) |",
            "|---|\(String(repeating: ":-:|", count: matrix.columns.count))",
        ]
        lines += matrix.rows.map { row in
            let marks = matrix.columns.map { report.cell(row, $0).mark }
            return "| \(([cell(row.client)] + marks).joined(separator: " | ")) |"
        }
        lines += ["", report.legend.joined(separator: ", ")]
        for row in matrix.rows {
            guard let single = report.reports[row.file] else {
                if case .notRun(let reason) = row.outcome { lines += ["", "- \(cell(row.client)): \(cell(reason))"] }
                continue
            }
            lines += ["", "<details><summary>\(html(row.client)): \(html(single.summary))</summary>", ""]
            lines += single.card.judgements.filter { $0.verdict == .fail || $0.verdict == .inconclusive }.map {
                "- \($0.id) \(cell($0.title)), \($0.verdict.words): \(cell($0.finding.actual))"
                    + ($0.waiver.map { " (waived: \(cell($0)))" } ?? "")
            }
            lines += ["", "</details>"]
        }
        if let cutShort = report.cutShort { lines += ["", "_\(cell(cutShort))_"] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func list(_ ids: [String]) -> String { ids.isEmpty ? "none" : ids.joined(separator: ", ") }

    private static func symbol(_ judgement: ReportCard.Judgement) -> String {
        switch judgement.verdict {
        case .pass: "✅"
        case .fail: judgement.level == .information || judgement.waiver != nil ? "ℹ️" : "❌"
        case .inconclusive: "❔"
        case .notApplicable: "➖"
        }
    }

    private static func details(of judgement: ReportCard.Judgement, in report: Report) -> [String] {
        var lines = [
            "<details><summary>\(judgement.id) \(html(judgement.title)): \(judgement.verdict.words)</summary>", "",
            "- required: \(cell(judgement.requirement))",
        ]
        lines += judgement.sources.map { "- source: [\(cell($0.title))](\($0.url))" }
        lines += ["- expected: \(cell(judgement.finding.expected))", "- actual: \(cell(judgement.finding.actual))"]
        lines += judgement.finding.notes.map { "- note: \(cell($0))" }
        if let waiver = judgement.waiver { lines.append("- waived: \(cell(waiver))") }
        let evidence = judgement.finding.evidence.map { ($0.speaksAgainst ? "✗ " : "· ") + Printable.text($0.text) }
        let fence = fence(around: evidence + [report.command(repeating: judgement.id)])
        let drawings = judgement.finding.pictures.flatMap { picture -> [String] in
            switch picture {
            case .timeline(let timeline): TextTimeline(width: 100).lines(timeline)
            case .histogram(let histogram): TextHistogram(width: 100).lines(histogram)
            case .ladder: []
            }
        }
        if judgement.verdict == .fail, !drawings.isEmpty { lines += ["", fence + "text"] + drawings + [fence] }
        if !evidence.isEmpty { lines += ["", fence + "text"] + evidence + [fence] }
        lines += ["", fence + "sh", report.command(repeating: judgement.id), fence, "", "</details>"]
        return lines
    }

    /// Longer than any run of backticks inside.
    private static func fence(around lines: [String]) -> String {
        var longest = 0
        var current = 0
        for character in lines.joined(separator: "\n") {
            current = character == "`" ? current + 1 : 0
            longest = max(longest, current)
        }
        return String(repeating: "`", count: max(3, longest + 1))
    }

    private static func code(_ text: String) -> String {
        let fence = fence(around: [text])
        return fence == "```" && !text.contains("`")
            ? "`\(Printable.text(text))`" : "\(fence) \(Printable.text(text)) \(fence)"
    }

    /// Text in which nothing is markup.
    private static func cell(_ text: String) -> String {
        var result = ""
        for character in Printable.text(text) {
            switch character {
            case "|", "*", "_", "`", "[", "]", "\\", "~": result += "\\\(character)"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            default: result.append(character)
            }
        }
        return result
    }

    private static func html(_ text: String) -> String { JUnitReport.escape(Printable.text(text), inAttribute: false) }
}
