/// Runs that a rule needs: so many fresh client processes, each against a lane of its own that plays a scenario.
public struct RunRequest: Hashable, Sendable {
    /// What is run. Equal kinds asked for by several rules are run once and shared.
    public var kind: Kind
    /// How many runs in all the rule needs; those that exist count. For ``Profile/workers`` the number of rounds.
    public var count: Int

    public init(_ kind: Kind, count: Int = 1) {
        self.kind = kind
        self.count = count
    }

    public struct Kind: Hashable, Sendable {
        public var scenario: String
        /// Parameters of the scenario's fixture.
        ///
        /// Two names are reserved and never stand here, because only whoever runs a round knows their values: a
        /// scenario of ``Profile/workers`` gets `group` (text that is unique to the round, the same for all its
        /// workers) and `workers` (how many they are), and uses them in `hold-until`. Each worker has a lane and
        /// an instance of the scenario of its own.
        ///
        /// Those in ``commandParameters`` are for the client's command, which has placeholders of these names; the
        /// scenario does not get them.
        public var parameters: [String: String]
        public var profile: Profile
        public var client: Client
        public var pacing: Pacing
        /// The run is ended this long after its first request if the client has not ended by itself.
        public var limit: Duration
        /// For ``Profile/workers``: how many copies are started together in a round; else 1.
        public var workers: Int

        public init(
            _ scenario: String, parameters: [String: String] = [:], profile: Profile = .get,
            client: Client = .underTest, pacing: Pacing = .timed, limit: Duration, workers: Int = 1
        ) {
            self.scenario = scenario
            self.parameters = parameters
            self.profile = profile
            self.client = client
            self.pacing = pacing
            self.limit = limit
            self.workers = workers
        }

        /// Parameters that say what the command does: `method` (of ``Profile/many``: GET unless given), `body`
        /// (`other`: another one of the same length; `large`: 16 MiB), `requests`, `concurrency`, `rate` (calls begun per second,
        /// decimal) and `deadline` (seconds, decimal).
        public static let commandParameters: Set<String> = [
            "method", "body", "requests", "concurrency", "rate", "deadline",
        ]

        /// What the scenario's fixture gets.
        public var scenarioParameters: [String: String] {
            parameters.filter { !Self.commandParameters.contains($0.key) }
        }
    }

    public enum Client: Hashable, Sendable {
        case underTest
        /// The built-in client that retries after exactly this time, without jitter: what the machine adds to its
        /// delays is the noise floor.
        case constantDelay(Duration)
    }

    /// What may go on at the same time.
    public enum Pacing: Hashable, Sendable {
        /// Its timing is not judged closely.
        case free
        /// Started at least 60 ms away from every other timed run: processes that start together disturb each
        /// other by more than the jitter that is looked for.
        case timed
        /// As `timed`, and no other timed run beside it.
        case alone
    }
}
