/// What a grading found, as a value that writers print.
public struct ReportCard: Hashable, Sendable {
    /// The client's name or command line.
    public var client: String
    public var suite: String
    public var seed: UInt64
    /// The late-trimmed range of a client without jitter on this machine, in seconds; `nil` where it was not
    /// measured.
    public var noiseFloor: Double?
    /// The longest chain of waits that the rules needed, in seconds: no schedule could have been faster. `nil`
    /// where nothing was run.
    public var bound: Double?
    /// In the order of the catalogue.
    public var judgements: [Judgement]

    public init(
        client: String, suite: String, seed: UInt64, noiseFloor: Double? = nil, bound: Double? = nil,
        judgements: [Judgement] = []
    ) {
        self.client = client
        self.suite = suite
        self.seed = seed
        self.noiseFloor = noiseFloor
        self.bound = bound
        self.judgements = judgements
    }

    /// One rule and what it says of the client.
    public struct Judgement: Hashable, Sendable {
        /// `RA-01`.
        public var id: String
        public var title: String
        public var requirement: String
        public var level: Level
        public var sources: [Rule.Source]
        public var finding: Finding
        /// From the start of the grading to the conclusion, in seconds.
        public var seconds: Double
        /// The scenarios that it was judged on: names of those that ship, files of the user's own.
        public var scenarios: [String]
        /// Why the client's owner accepts that it does not pass, from the client file; `nil` where nobody does.
        public var waiver: String?

        public init(
            id: String, title: String, requirement: String, level: Level, sources: [Rule.Source], finding: Finding,
            seconds: Double = 0, scenarios: [String] = [], waiver: String? = nil
        ) {
            self.id = id
            self.title = title
            self.requirement = requirement
            self.level = level
            self.sources = sources
            self.finding = finding
            self.seconds = seconds
            self.scenarios = scenarios
            self.waiver = waiver
        }

        public init(_ rule: Rule, _ finding: Finding, seconds: Double = 0, waiver: String? = nil) {
            self.init(
                id: rule.id, title: rule.title, requirement: rule.requirement, level: rule.level,
                sources: rule.sources, finding: finding, seconds: seconds, scenarios: rule.scenarios, waiver: waiver)
        }

        public var verdict: Verdict { finding.verdict }

        /// Whether it speaks against the client: a `fail` above the level of information. Strictly, notes and a
        /// lack of evidence do so too. What is waived never does.
        public func isFailure(strict: Bool) -> Bool {
            guard waiver == nil else { return false }
            return switch verdict {
            case .fail: level != .information || strict
            case .pass: strict && !finding.notes.isEmpty
            case .inconclusive: strict
            case .notApplicable: false
            }
        }
    }

    public func count(of verdict: Verdict) -> Int { judgements.count { $0.verdict == verdict } }

    /// How many there are of each verdict; every verdict is a key.
    public var summary: [Verdict: Int] {
        Dictionary(uniqueKeysWithValues: Verdict.allCases.map { ($0, count(of: $0)) })
    }

    /// Whether the gate is red without a baseline.
    public func isFailure(strict: Bool) -> Bool { judgements.contains { $0.isFailure(strict: strict) } }

    /// The rules that are waived and pass: a reason that stays there would hide their next failure.
    public var unneededWaivers: [String] {
        judgements.filter { $0.waiver != nil && $0.verdict == .pass && $0.finding.notes.isEmpty }.map(\.id)
    }

    /// Whether there is nothing but doubt: no pass and no fail.
    public var isUndecided: Bool {
        count(of: .pass) == 0 && count(of: .fail) == 0 && count(of: .inconclusive) > 0
    }
}
