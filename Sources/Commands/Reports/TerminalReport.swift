internal import Grading

/// The report for people: a table with a line a rule, then what speaks against the client, then the sum.
struct TerminalReport {
    var style: Style
    /// Columns, 80 to 120.
    var width: Int

    init(colour: Bool, columns: Int?) {
        style = Style(colour: colour)
        width = min(max(columns ?? 100, 80), 120)
    }

    func text(_ report: Report) -> String {
        var lines = heading(report) + [""]
        lines += report.card.judgements.flatMap { row($0, in: report) }
        for judgement in report.card.judgements where isDetailed(judgement, report) {
            lines += [""] + details(of: judgement, in: report)
        }
        lines += [""] + ending(report)
        return lines.joined(separator: "\n") + "\n"
    }

    private func heading(_ report: Report) -> [String] {
        let facts = [
            "suite \(report.card.suite)", "seed \(report.card.seed)", report.duration, report.noiseFloor,
        ]
        return TextLayout.wrap(Printable.text(report.card.client), width: width).map { style($0, .bold) }
            + [style(facts.compactMap { $0 }.joined(separator: " · "), .dim)]
    }

    // MARK: The table

    /// A rule: its mark, its name, and in one sentence what the client did. What is no pass says so in words.
    private func row(_ judgement: ReportCard.Judgement, in report: Report) -> [String] {
        let titleWidth = min(report.card.judgements.map(\.title.count).max() ?? 0, 46)
        let title = TextLayout.pad(TextLayout.truncate(judgement.title, width: titleWidth), width: titleWidth)
        let paint = paint(of: judgement)
        let isQuiet = judgement.verdict == .notApplicable
        let name =
            "  \(style(symbol(of: judgement), paint)) \(style(judgement.id, isQuiet ? .dim : .bold))  "
            + "\(isQuiet ? style(title, .dim) : title)  "
        let indent = 4 + judgement.id.count + 2 + titleWidth + 2
        let waived = judgement.waiver != nil && judgement.verdict == .fail ? ", waived" : ""
        let word = judgement.verdict == .pass ? "" : "\(judgement.verdict.words)\(waived): "
        let sentence = TextLayout.wrap(word + Printable.text(judgement.finding.actual), width: width - indent)
        return sentence.enumerated().map { number, line in
            guard number == 0 else { return String(repeating: " ", count: indent) + style(line, .dim) }
            return name + style(String(line.prefix(word.count)), paint)
                + style(String(line.dropFirst(word.count)), .dim)
        }
    }

    private func symbol(of judgement: ReportCard.Judgement) -> String {
        switch judgement.verdict {
        case .pass: "✓"
        case .fail: "✗"
        case .inconclusive: "?"
        case .notApplicable: "–"
        }
    }

    private func paint(of judgement: ReportCard.Judgement) -> Style.Paint {
        switch judgement.verdict {
        case .pass: .green
        case .fail: judgement.level == .information || judgement.waiver != nil ? .yellow : .red
        case .inconclusive: .yellow
        case .notApplicable: .dim
        }
    }

    // MARK: What speaks against it

    private func isDetailed(_ judgement: ReportCard.Judgement, _ report: Report) -> Bool {
        switch judgement.verdict {
        case .fail: true
        // What was cut short has one reason, and it stands below.
        case .inconclusive: judgement.finding.actual != report.cutShort
        case .pass: !judgement.finding.notes.isEmpty
        case .notApplicable: report.card.judgements.count == 1
        }
    }

    private func details(of judgement: ReportCard.Judgement, in report: Report) -> [String] {
        let finding = judgement.finding
        var lines = [
            "\(style(symbol(of: judgement), paint(of: judgement))) \(style(judgement.id, .bold)) "
                + "\(style(judgement.title, .bold))  \(style(judgement.verdict.words, paint(of: judgement)))"
        ]
        if judgement.verdict != .pass {
            lines += labelled("required", judgement.requirement)
            let source = judgement.sources.first.map { " · \($0.title) \(style("<\($0.url)>", .dim))" } ?? ""
            lines += labelled("level", judgement.level.rawValue + source, isWrapped: false)
            if judgement.sources.count > 1 {
                lines += labelled("", "also " + judgement.sources.dropFirst().map(\.title).joined(separator: "; "))
            }
            if finding.expected != judgement.requirement { lines += labelled("expected", finding.expected) }
        }
        lines += labelled("actual", finding.actual)
        if judgement.verdict == .fail { lines += pictures(finding.pictures) }
        for line in finding.evidence.prefix(Self.mostEvidence) { lines += evidence(line) }
        if finding.evidence.count > Self.mostEvidence {
            lines += evidence(EvidenceLine("and \(finding.evidence.count - Self.mostEvidence) more, see --json"))
        }
        for note in finding.notes { lines += labelled("note", note) }
        if let waiver = judgement.waiver { lines += labelled("waived", waiver) }
        if let classification = finding.classification { lines += labelled("class", classification) }
        if judgement.verdict != .pass {
            lines += labelled("again", report.command(repeating: judgement.id), isWrapped: false)
        }
        return lines
    }

    /// What can be drawn with characters, each picture between empty lines.
    private func pictures(_ pictures: [Picture]) -> [String] {
        let indent = Self.labelWidth + 2
        let drawings = pictures.map { picture -> [String] in
            switch picture {
            case .timeline(let timeline): TextTimeline(width: width - indent).lines(timeline)
            case .histogram(let histogram): TextHistogram(width: width - indent).lines(histogram)
            case .ladder: []
            }
        }.filter { !$0.isEmpty }
        guard !drawings.isEmpty else { return [] }
        let margin = String(repeating: " ", count: indent)
        return drawings.flatMap { [""] + $0.map { margin + $0 } } + [""]
    }

    private static let labelWidth = 10
    private static let mostEvidence = 15

    private func labelled(_ label: String, _ text: String, isWrapped: Bool = true) -> [String] {
        let indent = Self.labelWidth + 2
        let lines = isWrapped ? TextLayout.wrap(Printable.text(text), width: width - indent) : [text]
        return lines.enumerated().map { index, line in
            index == 0
                ? "  \(style(TextLayout.pad(label, width: Self.labelWidth), .dim))\(line)"
                : String(repeating: " ", count: indent) + line
        }
    }

    private func evidence(_ line: EvidenceLine) -> [String] {
        let indent = Self.labelWidth + 2
        let lines = TextLayout.wrap(Printable.text(line.text), width: width - indent - 2)
        return lines.enumerated().map { index, text in
            let mark = index > 0 ? "  " : line.speaksAgainst ? style("✗ ", .red) : style("· ", .dim)
            return String(repeating: " ", count: indent) + mark + text
        }
    }

    // MARK: The sum

    private func ending(_ report: Report) -> [String] {
        var lines: [String] = []
        if let cutShort = report.cutShort { lines.append(style(cutShort, .yellow)) }
        if let comparison = report.comparison {
            if !comparison.unexpected.isEmpty {
                lines.append(style("not in the baseline: \(comparison.unexpected.joined(separator: ", "))", .red))
            }
            if !comparison.stale.isEmpty {
                lines.append(style("no longer true, strike it: \(comparison.stale.joined(separator: ", "))", .red))
            }
            if !comparison.isRed { lines.append(style("as the baseline says", .green)) }
        }
        let failed = report.card.isFailure(strict: report.strict)
        lines.append(style(report.summary, failed ? .red : report.card.isUndecided ? .yellow : .green))
        return lines
    }
}
