import Grading
import HTTPSemantics
import Journal
import Testing

/// AM-02.
@Suite struct BudgetTests {
    /// Tokens that retries cost and first tries that succeed bring back; without them a retry is refused.
    struct Tokens: SharedRestraint {
        var left: Double
        var cost: Double

        mutating func permission(attempt: Int, at now: Double, _ generator: inout SeededGenerator) -> Permission {
            guard attempt > 1 else { return .granted }
            guard left >= cost else { return .refused }
            left -= cost
            return .granted
        }

        mutating func note(_ response: SimulatedClient.Failure, at now: Double) {
            if response.status < 400, response.attempt == 1 { left = min(500, left + 1) }
        }
    }

    /// Opens for good after so many failures.
    struct Fuse: SharedRestraint {
        var left: Int

        mutating func permission(attempt: Int, at now: Double, _ generator: inout SeededGenerator) -> Permission {
            left > 0 ? .granted : .refused
        }

        mutating func note(_ response: SimulatedClient.Failure, at now: Double) {
            if response.status >= 400 { left -= 1 }
        }
    }

    static func budgeted(_ tokens: Double, cost: Double) -> SimulatedClient {
        var client = SimulatedClient.exponential("budget", base: 0.1, attempts: 3, jitter: .full)
        client.restraint = { Tokens(left: tokens, cost: cost) }
        return client
    }

    static let unlimited = SimulatedClient.exponential("no budget", base: 0.1, attempts: 3, jitter: .full)

    func judge(
        _ client: SimulatedClient, profiles: Set<Profile> = [.get, .many],
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, "AM-02", profiles: profiles, tamper: tamper)
    }

    /// AWS SDKs since November 2026, and before; gRPC.
    @Test(arguments: [(500.0, 14.0, 35), (500, 5, 100), (3, 1, 3)])
    func `a budget is spent and then there are no retries`(tokens: Double, cost: Double, retries: Int) throws {
        let finding = try judge(Self.budgeted(tokens, cost: cost))
        #expect(finding.verdict == .pass, "\(finding.actual)")
        #expect(finding.classification == "budget spent after \(retries) retries")
    }

    @Test func `calls are told apart by their numbers, whatever path an SDK appends`() throws {
        let finding = try judge(Self.unlimited) { _, run in
            for position in run.exchanges.indices { run.exchanges[position].arrival.target += "/models/gpt-4.1-mini" }
        }
        #expect(finding.verdict == .fail, "\(finding.actual)")
    }

    @Test func `who tries again only on a hint has no retries to budget`() throws {
        // urllib3 as it comes.
        let client = SimulatedClient(name: "hints only") { failure, _ in SimulatedClient.understood(failure) }
        let finding = try judged(client, "AM-02", profiles: [.get, .many])
        #expect(finding.verdict == .notApplicable && finding.classification == "retries only on a hint")
    }

    @Test func `without a budget each call goes through all its attempts`() throws {
        let finding = try judge(Self.unlimited)
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "the last 100 of 200 failing calls sent 3.00 requests each")
    }

    @Test func `a call that fails without a request is none`() throws {
        var client = Self.unlimited
        client.restraint = { Fuse(left: 50) }
        #expect(try judge(client).verdict == .pass)
    }

    @Test func `ten attempts each are cut off and fail all the same`() throws {
        let client = SimulatedClient.exponential("ten", base: 0.05, factor: 1.2, attempts: 10)
        #expect(try judge(client).verdict == .fail)
    }

    @Test func `one retry in three calls is neither`() throws {
        var client = SimulatedClient(name: "sometimes") { failure, generator in
            failure.attempt == 1 && Double.random(in: 0..<1, using: &generator) < 0.5 ? 0.1 : nil
        }
        client.exitCode = 1
        #expect(try judge(client).verdict == .inconclusive)
    }

    @Test func `a slow client may live on the least rate of its budget`() throws {
        let finding = try judge(Self.unlimited) { kind, run in
            guard kind.profile == .many else { return }
            for position in run.exchanges.indices {
                run.exchanges[position].arrivedAt =
                    run.exchanges[position].arrivedAt + .milliseconds(100 * position)
            }
        }
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("calls per second"))
    }

    @Test func `what proves nothing`() throws {
        #expect(try judge(Self.unlimited, profiles: [.get]).verdict == .notApplicable)
        #expect(try judge(StandardSuiteTests.single).verdict == .notApplicable)
        var grader = SimulatedGrader(profiles: [.get, .many], canPace: false)
        #expect(grader.judge(Self.unlimited, .named("AM-02"))?.verdict == .notApplicable)
        let cut = try judge(Self.budgeted(3, cost: 1)) { kind, run in
            if kind.profile == .many { run.ending = .timeUp }
        }
        #expect(cut.verdict == .inconclusive)
        let one = try judge(Self.unlimited) { kind, run in
            if kind.profile == .many { run.exchanges = Array(run.exchanges.prefix(1)) }
        }
        #expect(one.verdict == .inconclusive)
    }
}
