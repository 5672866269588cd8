internal import Grading
internal import MockServer

/// The report for pipelines (Jenkins, GitLab and others read this XML): a test case a rule.
///
/// What keeps the gate red is a failure; what could not be judged is skipped, and says why.
enum JUnitReport {
    static func text(_ report: Report) -> String {
        document([suite(report, named: "retrograde grade: \(report.card.client)")], seconds: report.elapsed)
    }

    /// Of several clients: a suite each, in which the names of the cases are prefixed with that of the client, since some
    /// readers look at nothing else. A client that could not be run is an error.
    static func text(_ report: MatrixReport) -> String {
        let suites = report.matrix.rows.map { row in
            switch row.outcome {
            case .judged(let card, let seconds):
                var single =
                    report.reports[row.file] ?? Report(card: card, strict: report.strict, elapsed: seconds)
                single.strict = report.strict
                return suite(single, named: "retrograde grade: \(row.client)", client: row.client)
            case .notRun(let reason): return notRun(row, reason)
            }
        }
        return document(suites, seconds: report.matrix.seconds)
    }

    /// The cases of one client.
    private struct Cases {
        var lines: [String]
        var tests: Int
        var failures = 0
        var errors = 0
    }

    private static func document(_ suites: [Cases], seconds: Double) -> String {
        let (tests, failures, errors) = suites.reduce((0, 0, 0)) { sum, suite in
            (sum.0 + suite.tests, sum.1 + suite.failures, sum.2 + suite.errors)
        }
        let lines =
            [
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                "<testsuites name=\"retrograde\" tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" "
                    + "time=\"\(Decimal.text(seconds, places: 3))\">",
            ] + suites.flatMap(\.lines) + ["</testsuites>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func notRun(_ row: Matrix.Row, _ reason: String) -> Cases {
        Cases(
            lines: [
                "  <testsuite name=\"\(escape("retrograde grade: " + row.client))\" tests=\"1\" failures=\"0\" "
                    + "errors=\"1\" time=\"0.000\" skipped=\"0\">",
                "    <testcase classname=\"retrograde.client\" name=\"\(escape("\(row.client): was not run"))\" "
                    + "file=\"\(escape(row.file))\" line=\"1\" time=\"0.000\">",
                "      <error type=\"not run\" message=\"\(escape(reason))\"/>",
                "    </testcase>",
                "  </testsuite>",
            ], tests: 1, errors: 1)
    }

    /// - Parameter client: stands before the name of every case; `nil`: nothing does.
    private static func suite(_ report: Report, named name: String, client: String? = nil) -> Cases {
        let judgements = report.card.judgements
        let failures = judgements.count { report.isRed($0) }
        let skipped = judgements.count { isSkipped($0, report) }
        var lines = [
            // Jenkins' schema knows the number of skipped cases here only.
            "  <testsuite name=\"\(escape(name))\" tests=\"\(judgements.count)\" failures=\"\(failures)\" "
                + "errors=\"0\" time=\"\(Decimal.text(report.elapsed, places: 3))\" skipped=\"\(skipped)\">",
            "    <properties>",
            "      <property name=\"suite\" value=\"\(escape(report.card.suite))\"/>",
            "      <property name=\"seed\" value=\"\(report.card.seed)\"/>",
            "    </properties>",
        ]
        var previous = 0.0
        // Rules share their runs: what a case took is what it added to those that were judged before it.
        let order = judgements.sorted { $0.seconds < $1.seconds }
        var durations: [String: Double] = [:]
        for judgement in order {
            durations[judgement.id] = judgement.seconds - previous
            previous = judgement.seconds
        }
        for judgement in judgements {
            lines += testCase(judgement, of: client, in: report, seconds: durations[judgement.id] ?? 0)
        }
        return Cases(lines: lines + ["  </testsuite>"], tests: judgements.count, failures: failures)
    }

    private static func isSkipped(_ judgement: ReportCard.Judgement, _ report: Report) -> Bool {
        if report.isRed(judgement) { return false }
        return judgement.verdict == .inconclusive || judgement.verdict == .notApplicable
            || judgement.verdict == .fail && (judgement.waiver != nil || isAccepted(judgement, report))
    }

    /// Whether it would be a failure, did a baseline not list it.
    private static func isAccepted(_ judgement: ReportCard.Judgement, _ report: Report) -> Bool {
        judgement.isFailure(strict: report.strict) && !report.isRed(judgement)
    }

    private static func testCase(
        _ judgement: ReportCard.Judgement, of client: String?, in report: Report, seconds: Double
    ) -> [String] {
        let group = judgement.id.prefix { $0 != "-" }
        let name = (client.map { "\($0): " } ?? "") + "\(judgement.id) \(judgement.title)"
        let opening =
            "    <testcase classname=\"retrograde.\(escape(String(group)))\" "
            + "name=\"\(escape(name))\" \(place(of: judgement))"
            + "time=\"\(Decimal.text(seconds, places: 3))\""
        let actual = escape(judgement.finding.actual)
        if report.isRed(judgement) {
            let isStale = report.comparison?.stale.contains(judgement.id) == true
            let news = isStale ? "no longer as the baseline says, strike it there: " : ""
            return [
                opening + ">",
                "      <failure type=\"\(judgement.level.rawValue)\" message=\"\(news)\(actual)\">"
                    + escape(details(of: judgement, in: report), inAttribute: false) + "</failure>",
                "    </testcase>",
            ]
        }
        if isSkipped(judgement, report) {
            let reason =
                judgement.waiver.map { escape("; waived: \($0)") }
                ?? (isAccepted(judgement, report) ? "; as the baseline says" : "")
            return [
                opening + ">", "      <skipped message=\"\(escape(judgement.verdict.words)): \(actual)\(reason)\"/>",
                "    </testcase>",
            ]
        }
        return [
            opening + ">",
            "      <system-out>"
                + escape(
                    ([judgement.finding.actual] + judgement.finding.notes).joined(separator: "\n"), inAttribute: false)
                + "</system-out>",
            "    </testcase>",
        ]
    }

    /// The file and line of the scenario that the rule plays first, as GitLab and the readers of GitHub link them.
    /// (The schema of Jenkins' xUnit plugin, which nobody else checks against, knows neither attribute.)
    private static func place(of judgement: ReportCard.Judgement) -> String {
        let scenarios = judgement.scenarios.isEmpty ? RuleCatalogue.rule(judgement.id)?.scenarios : judgement.scenarios
        guard let scenario = scenarios?.first else { return "" }
        guard let text = EmbeddedFiles.bytes(of: "suites/\(scenario).yaml") else {
            return "file=\"\(escape(scenario))\" line=\"1\" "
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.firstIndex { !$0.hasPrefix("#") } ?? 0
        return "file=\"fixtures/suites/\(escape(scenario)).yaml\" line=\"\(line + 1)\" "
    }

    private static func details(of judgement: ReportCard.Judgement, in report: Report) -> String {
        var lines = [
            "required: \(judgement.requirement)",
            "level: \(judgement.level.rawValue)",
        ]
        lines += judgement.sources.map { "source: \($0.title) <\($0.url)>" }
        lines += ["expected: \(judgement.finding.expected)", "actual: \(judgement.finding.actual)"]
        lines += judgement.finding.evidence.map { ($0.speaksAgainst ? "  ✗ " : "  · ") + $0.text }
        lines += judgement.finding.notes.map { "note: \($0)" }
        lines.append("again: \(report.command(repeating: judgement.id))")
        return lines.joined(separator: "\n")
    }

    /// XML 1.0 has no way to write most control characters, not even as references: they are spelt out.
    static func escape(_ text: String, inAttribute: Bool = true) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"" where inAttribute: result += "&quot;"
            case "\n", "\t", "\r":
                if inAttribute || scalar == "\r" { result += "&#\(scalar.value);" } else { result += String(scalar) }
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
