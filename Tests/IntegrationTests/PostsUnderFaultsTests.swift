import Backoff
import BackoffClient
import Fixtures
import FoundationEssentials
import HTTPTypes
import Journal
import MockServer
import TestSupport
import Testing
import Upstream

/// POSTs under every fault that a fixture can name, against an upstream that honours Idempotency-Key: with a key each takes
/// effect exactly once, without one at most once.
///
/// `RETROGRADE_POSTS=10000 swift test --filter PostsUnderFaultsTests` makes so many of each.
@Suite(.timeLimit(.minutes(30))) struct PostsUnderFaultsTests {
    private static let points = [
        "request-headers", "request", "request 10 B", "request 60 B", "headers 50 %", "headers", "3 B", "50 %", "100 %",
    ]
    private static let actions = [
        "reset", "close", "close-without-notify", "stall", "garbage", "trickle", "trickle, bytes: 64, every: 1ms",
        "reply",
    ]
    /// What else befalls a POST: answers that say nothing was done, and those that do not say.
    private static let replies = [
        "{ times: 1, status: 429, retry-after: 1s }", "{ times: 1, status: 503 }", "{ times: 1, status: 500 }",
        "{ times: 1, status: 502 }", "{ times: 1, status: 504 }", "{ times: 1, status: 408 }",
    ]

    /// What befalls a POST, each fault that a fixture may name among it; some break a success, some come before any.
    private static let troubles: [String] = {
        var troubles = replies
        for point in points {
            for action in actions {
                let fault = "fault: { after: \(point), then: \(action) }"
                let reply = ["{ times: 1, success: {}, \(fault) }", "{ times: 1, \(fault) }"].first { reply in
                    let text = "routes: [ { match: '* /*', replies: [ \(reply), { success: {} } ] } ]"
                    return FixtureLoader.shipped().load(Array(text.utf8), file: "fault.yaml").fixture != nil
                }
                if let reply { troubles.append(reply) }
            }
        }
        return troubles
    }()

    private static func fixture(connections: String) throws -> Fixture {
        let routes = troubles.enumerated().map { index, trouble in
            """
              - { match: 'POST /\(index)/{id}', replies: [ \(trouble), { times: 1, success: {} } ], then: loop }
            """
        }
        let text = """
            idempotency: { header: Idempotency-Key, keep: 1h }
            success: { status: 201, text: "\(String(repeating: "done ", count: 20))" }
            connections: [ \(connections) ]
            routes:
            \(routes.joined(separator: "\n"))
            """
        return try Fixture(text: text)
    }

    private static var count: Int {
        ProcessInfo.processInfo.environment["RETROGRADE_POSTS"].flatMap { Int($0) } ?? 0
    }

    /// So many effects each call had, and how many calls were answered.
    private static func post(
        _ count: Int, keyed: Bool, connections: String
    ) async throws -> (effects: [Int], answered: Int) {
        try await withMockUpstream(try fixture(connections: connections)) { lane in
            var configuration = BackoffClient.Configuration()
            configuration.addsIdempotencyKeys = keyed
            configuration.attemptTimeout = .milliseconds(1500)
            configuration.policy.base = .milliseconds(50)
            // A place that trickles or stalls keeps its key busy until it notices that the client left.
            configuration.policy.retryableStatuses.insert(409)
            configuration.policy.attempts = 12
            configuration.budget = nil
            configuration.quota = nil
            configuration.proxy = .direct
            configuration.concurrency = 64
            let client = try BackoffClient(configuration)
            let answered = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<count {
                    group.addTask {
                        let request = HTTPRequest(
                            method: .post, scheme: "http", authority: "127.0.0.1:\(lane.port)",
                            path: "/\(number % troubles.count)/\(number)")
                        let response = try? await client.perform(request, body: [UInt8](repeating: 120, count: 64))
                        return response?.response.status.code == 201
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            client.shutdown()
            var effects: [String: Int] = [:]
            let (exchanges, _) = Exchange.gather(await lane.journal().entries)
            for exchange in exchanges {
                guard let decision = exchange.decision, case .script = decision.source else { continue }
                // As the upstream counts them: a success that it decided.
                effects[exchange.arrival.target, default: 0] += (200..<300).contains(decision.status) ? 1 : 0
            }
            let counted = await lane.effects().reduce(0) { $0 + $1.effects }
            #expect(counted == effects.values.reduce(0, +))
            return ((0..<count).map { effects["/\($0 % troubles.count)/\($0)"] ?? 0 }, answered)
        }
    }

    /// Rounds of a lane each, so that its journal holds all of them.
    private static func rounds(keyed: Bool) async throws -> (effects: [Int], answered: Int) {
        var total: (effects: [Int], answered: Int) = ([], 0)
        let wanted = max(count, troubles.count)
        while total.effects.count < wanted {
            let round = try await post(
                min(2000, wanted - total.effects.count), keyed: keyed,
                connections: "{ times: 2, then: reset }, { times: 1, then: close }, { times: 3, then: accept }, "
                    + "{ times: 1, then: stall }")
            total.effects += round.effects
            total.answered += round.answered
        }
        return total
    }

    @Test func `with a key each takes effect exactly once`() async throws {
        try #require(Self.troubles.count > 40)
        let (effects, answered) = try await Self.rounds(keyed: true)
        #expect(effects.allSatisfy { $0 == 1 }, "\(effects.enumerated().filter { $1 != 1 }.prefix(20))")
        #expect(answered == effects.count)
    }

    @Test func `without a key each takes effect at most once`() async throws {
        let (effects, answered) = try await Self.rounds(keyed: false)
        #expect(effects.allSatisfy { $0 <= 1 }, "\(effects.enumerated().filter { $1 > 1 }.prefix(20))")
        #expect(answered > 0 && answered < effects.count)
    }
}
