internal import Grading

extension Grade {
    /// Grades every client file of a folder. One follows the other, so that none disturbs the timing of the next.
    func gradeMatrix(_ folder: String, in context: Context) async throws -> ExitStatus {
        let rules = try selectedRules()
        // All files are read before anything runs: a typing error in the last one is not found after an hour.
        let files = try FixtureFiles.files(folder)
        var clients: [(file: String, client: GradedClient)] = []
        for file in files { clients.append((file, try loadClient(file, context))) }

        if let keepJournals { try KeptJournals.make(keepJournals) }
        let interruption = Interruption()
        let signals = try context.signals.listen { interruption.note($0) }
        let begin = MonotonicClock.nanoseconds()
        var report = MatrixReport(
            matrix: Matrix(suite: suite, seed: seed, columns: rules.map { Matrix.Column($0) }), strict: strict)
        for (number, entry) in clients.enumerated() where interruption.signal == nil {
            context.diagnostics.write("\(number + 1) of \(clients.count): \(Printable.text(entry.client.name))\n")
            var outcome: Matrix.Outcome
            do {
                let journals = try keepJournals.map { try KeptJournals(in: "\($0)/\(Self.stem(entry.file))") }
                let single = try await grade(entry.client, by: rules, keeping: journals, context, interruption)
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

    /// `curl` of `fixtures/clients/curl.yaml`.
    private static func stem(_ file: String) -> String {
        let name = file.split(separator: "/").last ?? ""
        return String(name.split(separator: ".").dropLast().joined(separator: "."))
    }

    /// A message of several lines as one sentence after the other.
    private static func oneLine(_ message: String) -> String {
        message.split(separator: "\n")
            .map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
            .joined(separator: "; ")
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
