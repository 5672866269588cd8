/// Several clients held against the same rules: a row a client, a column a rule.
public struct Matrix: Hashable, Sendable {
    public var suite: String
    public var seed: UInt64
    /// In the order of the catalogue.
    public var columns: [Column]
    /// In the order in which the clients were judged.
    public var rows: [Row]
    /// Seconds of all gradings together.
    public var seconds: Double

    public init(suite: String, seed: UInt64, columns: [Column], rows: [Row] = [], seconds: Double = 0) {
        self.suite = suite
        self.seed = seed
        self.columns = columns
        self.rows = rows
        self.seconds = seconds
    }

    /// A rule, as far as a table of verdicts says something of it.
    public struct Column: Hashable, Sendable, Identifiable {
        /// `RA-01`.
        public var id: String
        public var title: String
        public var requirement: String
        public var level: Level

        public init(_ rule: Rule) {
            (id, title, requirement, level) = (rule.id, rule.title, rule.requirement, rule.level)
        }
    }

    public struct Row: Hashable, Sendable {
        /// The name that the client file gives.
        public var client: String
        /// The client file, as the user would name it.
        public var file: String
        public var outcome: Outcome

        public init(client: String, file: String, outcome: Outcome) {
            self.client = client
            self.file = file
            self.outcome = outcome
        }

        /// Its report card; `nil` where it was not judged.
        public var card: ReportCard? {
            if case .judged(let card, _) = outcome { card } else { nil }
        }

        /// What it came to by a rule; `nil` where that was not judged.
        public func judgement(by id: String) -> ReportCard.Judgement? { card?.judgements.first { $0.id == id } }
    }

    public enum Outcome: Hashable, Sendable {
        /// - Parameter seconds: how long its grading took.
        case judged(ReportCard, seconds: Double)
        /// Why it was not judged, as a sentence: a program that it needs is not installed, it never sent a request.
        case notRun(reason: String)
    }

    /// Whether something speaks against one of the clients; see ``ReportCard/isFailure(strict:)``.
    public func isFailure(strict: Bool) -> Bool { rows.contains { $0.card?.isFailure(strict: strict) ?? false } }

    /// The clients that were not judged.
    public var notRun: [Row] { rows.filter { $0.card == nil } }
}
