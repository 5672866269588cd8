import Grading
import HTTPSemantics
import Journal
import Testing

/// ST-03, ST-04 and ID-04: what single responses say about coming back.
@Suite struct SignalRuleTests {
    // MARK: - ST-03

    @Test func `one request with refused credentials passes`() throws {
        let finding = try judged(.exponential("usual"), "ST-03")
        #expect(finding.verdict == .pass)
        #expect(finding.actual == "it did not come back after 401")
    }

    @Test func `the same credentials again fail, new ones may come once`() throws {
        var stubborn = SimulatedClient.exponential("stubborn", statuses: [401])
        #expect(try judged(stubborn, "ST-03").verdict == .fail)
        stubborn.fields = { [("Authorization", "Bearer \($0)")] }
        #expect(try judged(stubborn, "ST-03").verdict == .fail)
        var renewing = SimulatedClient.exponential("renewing", attempts: 2, statuses: [401])
        renewing.fields = { [("Authorization", "Bearer \($0)")] }
        let finding = try judged(renewing, "ST-03")
        #expect(finding.verdict == .pass)
        #expect(finding.actual == "it came back once, with other credentials")
    }

    @Test func `silence says nothing about credentials`() throws {
        let finding = try judged(.exponential("usual"), "ST-03") { _, run in run.exchanges = [] }
        #expect(finding.verdict == .inconclusive)
    }

    // MARK: - ST-04

    /// Reads `x-should-retry`, and nothing of bodies.
    static let hearing: SimulatedClient = {
        var client = SimulatedClient.exponential("hears")
        let wait = client.wait
        client.wait = { failure, generator in
            failure.fields["x-should-retry"] == "false" ? nil : wait(failure, &generator)
        }
        return client
    }()

    @Test func `signals of single providers are judged only where they are declared`() throws {
        let undeclared = try judged(Self.hearing, "ST-04")
        #expect(undeclared.verdict == .notApplicable)
        #expect(undeclared.classification == "obeys x-should-retry: false only")
        let declared = try judged(Self.hearing, "ST-04", declared: Declarations(doNotRetrySignals: true))
        #expect(declared.verdict == .fail)
        #expect(declared.actual == "it tries again after insufficient_quota")
    }

    @Test func `a client that hears both passes`() throws {
        var client = Self.hearing
        let wait = client.wait
        client.wait = { failure, generator in
            failure.fields["Content-Type"] == "application/problem+json" ? nil : wait(failure, &generator)
        }
        #expect(try judged(client, "ST-04").verdict == .pass)
    }

    @Test func `who never tries 429 again needs no signal, and silence is no evidence`() throws {
        #expect(try judged(.exponential("503 only", statuses: [503]), "ST-04").verdict == .notApplicable)
        let finding = try judged(Self.hearing, "ST-04") { kind, run in
            if kind.scenario == "credit-spent" { run.exchanges = [] }
        }
        #expect(finding.verdict == .inconclusive)
    }

    // MARK: - ID-04

    static func keyed(statuses: Set<Int> = [409, 503, 504], _ key: @escaping @Sendable (Int) -> String)
        -> SimulatedClient
    {
        var client = SimulatedClient.exponential("keyed", statuses: statuses)
        client.fields = { [("Idempotency-Key", key($0))] }
        return client
    }

    func inProgress(
        _ client: SimulatedClient, tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, "ID-04", profiles: [.get, .workers, .post], tamper: tamper)
    }

    @Test func `the same key after 409 passes, another one fails`() throws {
        #expect(try inProgress(Self.keyed { _ in "\"k\"" }).verdict == .pass)
        #expect(try inProgress(Self.keyed { $0 < 3 ? "\"k\"" : "\"other\"" }).verdict == .fail)
        var other = Self.keyed { _ in "\"k\"" }
        other.digest = { $0 < 3 ? "aa" : "bb" }
        #expect(try inProgress(other).actual == "a later try carries another body under the same key")
    }

    @Test func `giving up at 409 is no fault`() throws {
        let finding = try inProgress(Self.keyed(statuses: [503, 504]) { _ in "\"k\"" })
        #expect(finding.verdict == .notApplicable)
        #expect(finding.classification == "gives up")
    }

    @Test func `without a key, a retry or a command there is nothing to judge`() throws {
        #expect(try inProgress(.exponential("no key")).verdict == .notApplicable)
        #expect(try inProgress(Self.keyed(statuses: []) { _ in "\"k\"" }).verdict == .notApplicable)
        #expect(try judged(Self.keyed { _ in "\"k\"" }, "ID-04").verdict == .notApplicable)
        let lost = try inProgress(Self.keyed { _ in "\"k\"" }) { _, run in run.dropped = 1 }
        #expect(lost.verdict == .inconclusive)
    }
}
