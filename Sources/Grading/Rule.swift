/// One requirement on a client, with its sources and the procedure that judges it.
///
/// A rule is a value in one file. It knows the names of its scenarios but nothing of servers or processes: given
/// the evidence so far it either asks for runs or concludes.
public struct Rule: Sendable, Identifiable {
    /// `RA-01`.
    public var id: String
    public var title: String
    /// The requirement as one sentence about the client.
    public var requirement: String
    public var level: Level
    public var sources: [Source]
    public var profile: Profile
    /// The scenarios it runs, by file name without extension below `fixtures/suites/`.
    public var scenarios: [String]
    /// How it is judged, for `retrograde rules ID`.
    public var procedure: String
    public var tolerances: String
    /// Known false positives and negatives, with rates where they were measured.
    public var errorRates: String
    /// The settings that `expect:` and client files may give, each with its meaning.
    public var settings: [String: String]
    /// The next step, from the evidence so far. Pure: the same evidence gives the same step.
    public var next: @Sendable (Evidence) -> Step
    /// Judges the journal of any upstream (`expect:`, `/verdict`, `grade --journal`); `nil` where the rule needs
    /// runs of its own.
    public var observe: (@Sendable (Observation) -> Finding)?

    public init(
        id: String, title: String, requirement: String, level: Level, sources: [Source], profile: Profile,
        scenarios: [String], procedure: String, tolerances: String, errorRates: String,
        settings: [String: String] = [:], next: @escaping @Sendable (Evidence) -> Step,
        observe: (@Sendable (Observation) -> Finding)? = nil
    ) {
        self.id = id
        self.title = title
        self.requirement = requirement
        self.level = level
        self.sources = sources
        self.profile = profile
        self.scenarios = scenarios
        self.procedure = procedure
        self.tolerances = tolerances
        self.errorRates = errorRates
        self.settings = settings
        self.next = next
        self.observe = observe
    }

    public enum Step: Sendable {
        /// These runs are needed, as many of each as it says, before more can be said. Runs that the evidence
        /// already has are not repeated.
        case run([RunRequest])
        case conclude(Finding)
    }

    /// Where the requirement comes from.
    public struct Source: Hashable, Sendable {
        /// `RFC 9110 section 10.2.3`.
        public var title: String
        public var url: String

        public init(_ title: String, _ url: String) {
            self.title = title
            self.url = url
        }
    }
}

/// How strongly the sources require it. RFC 9110's "ought to" and the MUST of a draft count as `should`, a MAY as
/// `information`.
public enum Level: String, Hashable, Sendable, CaseIterable, Comparable {
    case must, should, practice, information

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self)! }
}

/// What the command of a run must do.
public enum Profile: String, Hashable, Sendable, CaseIterable {
    /// One GET, then exit.
    case get
    /// One POST with a 64 KiB body.
    case post
    /// `{url}/0` … `{url}/N-1` from one process.
    case many
    /// W copies of `get` started together.
    case workers
    /// One GET that must give up in time.
    case deadline
}
