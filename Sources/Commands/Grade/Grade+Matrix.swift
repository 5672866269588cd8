internal import Grading

extension Grade {
    /// Grades every client file of a folder. One follows the other, so that none disturbs the timing of the next.
    func gradeMatrix(_ folder: String, in context: Context) async throws -> ExitStatus {
        let rules = try selectedRules()
        // All files are read before anything runs: a typing error in the last one is not found after an hour.
        let files = try FixtureFiles.files(folder)
        var clients: [(file: String, client: GradedClient)] = []
        for file in files { clients.append((file, try loadClient(file, context))) }

        let interruption = Interruption()
        let signals = try context.signals.listen(interruption.note)
        let begin = MonotonicClock.nanoseconds()
        var report = MatrixReport(
            matrix: Matrix(suite: suite, seed: seed, columns: rules.map { Matrix.Column($0) }), strict: strict)
        for (number, entry) in clients.enumerated() where interruption.signal == nil {
            context.diagnostics.write("\(number + 1) of \(clients.count): \(Printable.text(entry.client.name))\n")
            var outcome: Matrix.Outcome
            do {
                let single = try await grade(entry.client, by: rules, context, interruption)
                report.reports[entry.file] = single
                outcome = .judged(single.card, seconds: single.elapsed)
                if let cutShort = single.cutShort { report.cutShort = cutShort }
            } catch let failure as Failure where failure.code != .usage {
                outcome = .notRun(reason: Self.oneLine(failure.message))
            }
            report.matrix.rows.append(Matrix.Row(client: entry.client.name, file: entry.file, outcome: outcome))
        }
        report.matrix.seconds = Double(MonotonicClock.nanoseconds() - begin) / 1e9
        withExtendedLifetime(signals) {}
        try write(report, in: context)
        return status(of: report, context)
    }

    /// A message of several lines as one sentence after the other.
    private static func oneLine(_ message: String) -> String {
        message.split(separator: "\n")
            .map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
            .joined(separator: "; ")
    }

    private func write(_ report: MatrixReport, in context: Context) throws {
        if let junit { try TextFile.write(Array(JUnitReport.text(report).utf8), to: junit) }
        if let markdown { try TextFile.write(Array(MarkdownReport.text(report).utf8), to: markdown) }
        if let html { try TextFile.write(Array(HTMLMatrix.text(report).utf8), to: html) }
        if let json {
            let text = try JSONReport.text(report)
            if json == "-" { return context.output.write(text) }
            try TextFile.write(Array(text.utf8), to: json)
        }
        let terminal = TerminalMatrix(
            colour: context.output.isColoured(in: context.environment), columns: Terminal.columns(of: .output))
        context.output.write(terminal.text(report))
    }

    private func status(of report: MatrixReport, _ context: Context) -> ExitStatus {
        for row in report.matrix.rows {
            for id in row.card?.unneededWaivers ?? [] {
                context.diagnostics.write(
                    "retrograde: warning: \(row.file): \(id) passes; its waiver is no longer needed\n")
            }
        }
        let hasJudged = report.matrix.rows.contains { $0.card != nil }
        if reportOnly { return hasJudged ? .good : .impossible }
        if report.cutShort != nil { return .impossible }
        if report.matrix.isFailure(strict: strict) { return .failed }
        return report.matrix.notRun.isEmpty ? .good : .impossible
    }
}
