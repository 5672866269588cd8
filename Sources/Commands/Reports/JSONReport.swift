internal import FoundationEssentials
internal import Grading

/// The report for programs. Its keys are an interface: they are added to, never renamed.
enum JSONReport {
    static func text(_ report: Report) throws -> String { try text(Document(report)) }

    /// Several clients: what each came to, or why it was not judged.
    static func text(_ report: MatrixReport) throws -> String { try text(MatrixDocument(report)) }

    private static func text(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }

    private struct MatrixDocument: Encodable {
        var suite: String
        var seed: UInt64
        var seconds: Double
        var rules: [Rule]
        var clients: [Row]

        init(_ report: MatrixReport) {
            suite = report.matrix.suite
            seed = report.matrix.seed
            seconds = report.matrix.seconds
            rules = report.matrix.columns.map { Rule(id: $0.id, title: $0.title, level: $0.level.rawValue) }
            clients = report.matrix.rows.map { row in
                var entry = Row(client: row.client, file: row.file)
                if case .notRun(let reason) = row.outcome { entry.reason = reason }
                entry.report = report.reports[row.file].map(Document.init)
                return entry
            }
        }

        struct Rule: Encodable {
            var id: String
            var title: String
            var level: String
        }

        struct Row: Encodable {
            var client: String
            var file: String
            /// Why it was not judged.
            var reason: String?
            /// As of a client that is graded alone.
            var report: Document?
        }
    }

    private struct Document: Encodable {
        var client: String
        var suite: String
        var seed: UInt64
        /// Seconds of the whole grading.
        var seconds: Double
        /// The longest chain of waits that the rules needed, in seconds.
        var bound: Double?
        /// What a client without jitter adds to its delays on this machine, in seconds.
        var noise: Double?
        var strict: Bool
        /// Why not all of it was judged.
        var interrupted: String?
        var verdicts: [Entry]
        var summary: [String: Int]
        var baseline: Comparison?

        init(_ report: Report) {
            client = report.card.client
            suite = report.card.suite
            seed = report.card.seed
            seconds = report.elapsed
            bound = report.card.bound
            noise = report.card.noiseFloor
            strict = report.strict
            interrupted = report.cutShort
            verdicts = report.card.judgements.map { Entry($0, report) }
            summary = Dictionary(uniqueKeysWithValues: report.card.summary.map { ($0.key.rawValue, $0.value) })
            baseline = report.comparison.map { Comparison(unexpected: $0.unexpected, stale: $0.stale) }
        }
    }

    private struct Entry: Encodable {
        var id: String
        var title: String
        var verdict: String
        var level: String
        var requirement: String
        var sources: [Source]
        var expected: String
        var actual: String
        var evidence: [Line]
        var notes: [String]
        var pictures: [JSONPicture]
        var classification: String?
        /// Why the client's owner accepts the failure.
        var waiver: String?
        /// From the start of the grading to the conclusion.
        var seconds: Double
        /// The command that judges only this rule again.
        var command: String

        init(_ judgement: ReportCard.Judgement, _ report: Report) {
            id = judgement.id
            title = judgement.title
            verdict = judgement.verdict.rawValue
            level = judgement.level.rawValue
            requirement = judgement.requirement
            sources = judgement.sources.map { Source(title: $0.title, url: $0.url) }
            expected = judgement.finding.expected
            actual = judgement.finding.actual
            evidence = judgement.finding.evidence.map {
                Line(text: $0.text, asked: $0.asked, waited: $0.waited, against: $0.speaksAgainst)
            }
            notes = judgement.finding.notes
            pictures = judgement.finding.pictures.map(JSONPicture.init)
            classification = judgement.finding.classification
            waiver = judgement.waiver
            seconds = judgement.seconds
            command = report.command(repeating: judgement.id)
        }
    }

    private struct Source: Encodable {
        var title: String
        var url: String
    }

    private struct Line: Encodable {
        var text: String
        /// The announced wait in seconds.
        var asked: Double?
        /// The observed wait in seconds.
        var waited: Double?
        /// Whether it speaks against the client.
        var against: Bool
    }

    private struct Comparison: Encodable {
        var unexpected: [String]
        var stale: [String]
    }
}
