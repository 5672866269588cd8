internal import HTTPSemantics

/// What an experiment is made of, as the command line says it.
struct StormSettings: Hashable, Sendable {
    /// Calls of each client in each scenario.
    var requests = 100
    /// Calls of a client at the same time.
    var workers = 10
    var quota = QuotaText(quota: 15, window: .seconds(2))
    var outage: Duration = .seconds(5)
    /// What refusals announce where no limit says it; `nil`: nothing.
    var hint: Duration? = .seconds(1)
    /// How the quota words its refusals and its fields.
    var dialect = "plain"
    /// Of one request that is sent, in dollars, whatever its answer.
    var price = 0.0345
    /// The first wait of the ladders: the exponential one's and the model client's.
    var base: Duration = .seconds(1)
    var seed: UInt64 = 1
    /// Workers that are refused together, as in HD-01.
    var herdWorkers = 20
    /// How often they are refused together and let come back.
    var herds = 3

    /// How long the upstream takes for a success.
    static let service: Duration = .milliseconds(20)
    /// Retries that are a herd if they lie no further apart.
    static let coincidence: Duration = .milliseconds(50)
    /// The retries of a herd that are measured: the first, the second and the third.
    static let herdRounds = 3
}
