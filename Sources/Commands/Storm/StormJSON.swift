internal import FoundationEssentials
internal import HTTPSemantics

/// The report for programs. Its keys are an interface: they are added to, never renamed. Times are in seconds.
enum StormJSON {
    static func text(_ report: StormReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Document(report)), as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        var requests: Int
        var workers: Int
        var quota: String
        var outage: Double
        /// Absent where refusals announce nothing.
        var retryAfter: Double?
        var dialect: String
        var price: Double
        var base: Double
        var seed: UInt64
        var seconds: Double
        var scenarios: [Scenario]
        var herd: Herd
        var claims: [Claim]

        init(_ report: StormReport) {
            let settings = report.settings
            requests = settings.requests
            workers = settings.workers
            quota = settings.quota.text
            outage = settings.outage.inSeconds
            retryAfter = settings.hint?.inSeconds
            dialect = settings.dialect
            price = settings.price
            base = settings.base.inSeconds
            seed = settings.seed
            seconds = report.seconds
            scenarios = report.blocks.map { Scenario($0, report) }
            herd = Herd(report)
            claims = StormClaim.all(report).map(Claim.init)
        }
    }

    private struct Scenario: Encodable {
        var id: String
        var title: String
        /// The shortest possible time.
        var best: Double
        var clients: [Client]

        init(_ block: StormReport.Block, _ report: StormReport) {
            id = block.scenario.rawValue
            title = block.scenario.title(report.settings)
            best = block.optimum
            clients = zip(report.clients, block.rows).map { Client($0, $1, best: block.optimum) }
        }
    }

    private struct Client: Encodable {
        var client: String
        var requested: Int
        var succeeded: Int
        var calls: Int
        var wasted: Int
        var cost: Double
        var meanLatency: Double
        var p99Latency: Double
        var time: Double
        /// Absent where calls failed.
        var overBest: Double?
        var failures: [Failure]

        init(_ client: StormClient, _ row: StormFigures, best: Double) {
            self.client = client.name
            requested = row.requested
            succeeded = row.succeeded
            calls = row.calls
            wasted = row.wasted
            cost = row.cost
            meanLatency = row.meanLatency
            p99Latency = row.latency99
            time = row.seconds
            overBest = row.stretch(over: best)
            failures = row.failures.map { Failure(reason: $0.reason, count: $0.count) }
        }
    }

    private struct Failure: Encodable {
        var reason: String
        var count: Int
    }

    private struct Herd: Encodable {
        var workers: Int
        var times: Int
        /// Retries that lie no further apart coincide.
        var within: Double
        var base: Double
        var clients: [Member]

        init(_ report: StormReport) {
            workers = report.settings.herdWorkers
            times = report.settings.herds
            within = StormSettings.coincidence.inSeconds
            base = report.settings.base.inSeconds
            clients = zip(report.clients, report.herd.indices).map { client, index in
                Member(
                    client: client.name,
                    rounds: index.rounds.enumerated().compactMap { position, index in
                        index.map { Round(retry: position + 1, index: $0) }
                    }, index: index.mean, eliminated: report.eliminated(by: client))
            }
        }
    }

    private struct Member: Encodable {
        var client: String
        /// Those retries at which there was a herd to look at.
        var rounds: [Round]
        var index: Double?
        var eliminated: Double?
    }

    private struct Round: Encodable {
        var retry: Int
        var index: Double
    }

    private struct Claim: Encodable {
        var subject: String
        var claimed: String
        var measured: String
        /// Absent where it is not measured here.
        var met: Bool?
        var explanation: String

        init(_ claim: StormClaim) {
            subject = claim.subject
            claimed = claim.claimed
            measured = claim.measured
            met = claim.isMet
            explanation = claim.explanation
        }
    }
}
