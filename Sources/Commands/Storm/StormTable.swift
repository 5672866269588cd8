internal import HTTPSemantics

/// The report for people.
struct StormTable {
    var style: Style
    /// Columns for paragraphs; the table itself needs 96.
    var width: Int

    init(colour: Bool, columns: Int?) {
        style = Style(colour: colour)
        width = min(max(columns ?? 100, 72), 110)
    }

    private static let nameWidth = 22

    func text(_ report: StormReport) -> String {
        let settings = report.settings
        var lines = [
            "\(StormText.count(settings.requests)) calls from \(settings.workers) workers · "
                + "\(StormText.price(settings.price)) a request · seed \(settings.seed) · "
                + "took \(Decimal.text(report.seconds, places: 1)) s"
        ]
        for block in report.blocks { lines += [""] + self.block(block, report) }
        if settings.herds > 0 { lines += [""] + herd(report) }
        let claims = StormClaim.all(report)
        if !claims.isEmpty { lines += [""] + self.claims(claims) }
        lines += [""] + legend(report)
        return lines.map { Self.trimmed($0) }.joined(separator: "\n") + "\n"
    }

    private func block(_ block: StormReport.Block, _ report: StormReport) -> [String] {
        var lines = [
            style("(\(block.scenario.letter)) \(block.scenario.title(report.settings))", .bold)
                + style(" · at best \(SVG.seconds(block.optimum))", .dim),
            style(
                "    " + Self.row("client", ["success", "calls", "wasted", "cost", "mean", "p99", "time", "÷ best"]),
                .dim),
        ]
        for (client, row) in zip(report.clients, block.rows) {
            let cells = [
                StormText.percent(row.succeeded, of: row.requested), StormText.count(row.calls),
                StormText.count(row.wasted), StormText.money(row.cost), SVG.seconds(row.meanLatency),
                SVG.seconds(row.latency99), SVG.seconds(row.seconds),
                row.stretch(over: block.optimum).map { Decimal.text($0, places: 2) } ?? "–",
            ]
            let line = "    " + Self.row(client.name, cells)
            lines.append(client == .backoff ? style(line, row.isComplete ? .green : .red) : line)
        }
        for (client, row) in zip(report.clients, block.rows) where client == .backoff || client.isCommand {
            for failure in row.failures {
                lines += paragraph(
                    "\(Printable.text(client.name)): \(failure.count) × \(Printable.text(failure.reason))", indent: 4)
            }
        }
        if block.stalled > .milliseconds(100) {
            let late = DurationText.human(block.stalled)
            lines += paragraph("the upstream itself was late by \(late): this machine is busy", indent: 4)
        }
        return lines
    }

    private func herd(_ report: StormReport) -> [String] {
        var lines = [
            style("(d) \(StormHerd.title(report.settings))", .bold),
            style("    " + Self.row("client", ["1st retry", "2nd", "3rd", "mean", "storms gone"]), .dim),
        ]
        for (position, client) in report.clients.enumerated() {
            let index = report.herd.indices[position]
            let gone =
                if position == report.herd.reference {
                    "reference"
                } else {
                    report.eliminated(by: client).map { StormText.percent((1000 * $0).rounded() / 1000) } ?? "–"
                }
            let cells = (index.rounds + [index.mean]).map { $0.map { Decimal.text($0, places: 2) } ?? "–" } + [gone]
            let line = "    " + Self.row(client.name, cells)
            lines.append(client == .backoff ? style(line, .green) : line)
        }
        return lines + paragraph("pair index: \(report.herdBase); 1 is a herd, 0 is nobody together", indent: 4)
    }

    private func claims(_ claims: [StormClaim]) -> [String] {
        var lines = [style("What the tutorial says, and what was measured", .bold)]
        for claim in claims {
            let mark = claim.isMet.map { $0 ? style("✓", .green) : style("✗", .red) } ?? style("–", .dim)
            lines.append("  \(mark) \(claim.subject): \(claim.claimed) · measured \(claim.measured)")
            lines += paragraph(claim.explanation, indent: 4)
        }
        return lines
    }

    private func legend(_ report: StormReport) -> [String] {
        var lines = paragraph(
            "calls: requests sent. wasted: those not answered by a success. mean, p99: of all calls, failed ones too. "
                + "÷ best: time over the shortest for who comes back when told, where every call succeeded; below 1 "
                + "one came back too early.", indent: 0)
        for client in report.clients {
            lines.append(
                style(
                    TextLayout.pad(Self.name(client.name), width: Self.nameWidth) + "  "
                        + client.explanation(report.settings), .dim))
        }
        return lines
    }

    private func paragraph(_ text: String, indent: Int) -> [String] {
        TextLayout.wrap(text, width: width - indent).map {
            style(String(repeating: " ", count: indent) + $0, .dim)
        }
    }

    private static func name(_ text: String) -> String { TextLayout.truncate(Printable.text(text), width: nameWidth) }

    private static func row(_ name: String, _ cells: [String]) -> String {
        let widths = cells.count == 8 ? [8, 7, 8, 9, 9, 9, 9, 8] : [11, 8, 8, 8, 13]
        return TextLayout.pad(self.name(name), width: nameWidth)
            + zip(cells, widths).map { String(repeating: " ", count: max(1, $1 - $0.count)) + $0 }.joined()
    }

    private static func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }
}

extension StormClient {
    var isCommand: Bool { if case .command = self { true } else { false } }
}
