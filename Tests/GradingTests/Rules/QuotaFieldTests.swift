import Grading
import HTTPSemantics
import Journal
import Testing

/// RL-01, RL-03 and RL-04: what RateLimit fields say, and what is made of it.
@Suite struct QuotaFieldTests {
    static func judge(
        _ client: SimulatedClient, _ id: String, declared: Bool = false, seed: UInt64 = 1,
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(
            client, id, seed: seed, profiles: [.get, .many], declared: Declarations(rateLimitFields: declared),
            tamper: tamper)
    }

    /// Pauses all calls for as long as RateLimit or Retry-After says.
    static func pacing(_ wait: @escaping @Sendable (SimulatedClient.Failure) -> Double? = paused) -> SimulatedClient {
        var client = SimulatedClient.exponential("paces itself")
        client.restraint = { SharedGate(shuts: wait) }
        return client
    }

    @Sendable static func paused(_ response: SimulatedClient.Failure) -> Double? {
        if response.status >= 400 { return SimulatedClient.understood(response) }
        return RateLimitFields(response.fields, received: response.received).wait?.inSeconds
    }

    static let deaf = SimulatedClient.exponential("deaf to RateLimit")

    @Test(arguments: ["RL-01", "RL-03", "RL-04"])
    func `without a command for many calls they say what to add`(id: String) throws {
        let finding = try judged(Self.deaf, id)
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("{requests}"))
    }

    // MARK: - RL-01

    @Test func `a pause after r=0 passes, declared or not`() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            for declared in [false, true] {
                let finding = try Self.judge(Self.pacing(), "RL-01", declared: declared, seed: seed)
                #expect(finding.verdict == .pass, "\(finding.evidence.map(\.text))")
            }
        }
    }

    @Test func `going on until it is refused is judged only where more was declared`() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let named = try Self.judge(Self.deaf, "RL-01", seed: seed)
            #expect(named.verdict == .notApplicable && named.classification == "reactive")
            #expect(try Self.judge(Self.deaf, "RL-01", declared: true, seed: seed).verdict == .fail)
        }
        let early = Self.pacing { Self.paused($0).map { $0 / 2 } }
        #expect(try Self.judge(early, "RL-01", declared: true).verdict == .fail)
    }

    @Test func `a server that is always late makes nobody a reader of the field`() throws {
        // As on a machine with a load of thirty: a stall around every arrival.
        @Sendable func stalled(_ kind: RunRequest.Kind, _ run: inout Run) {
            run.stalls = run.exchanges.map { Stall(from: $0.arrivedAt - .milliseconds(20), until: $0.arrivedAt) }
        }
        for seed in 1...20 as ClosedRange<UInt64> {
            let pacing = try Self.judge(Self.deaf, "RL-01", seed: seed, tamper: stalled)
            #expect(pacing.verdict == .notApplicable && pacing.classification == "reactive")
            #expect(try Self.judge(Self.deaf, "RL-04", seed: seed, tamper: stalled).verdict == .notApplicable)
        }
    }

    @Test func `refusals of calls that overlap may have been on their way, and prove no pause`() throws {
        let finding = try Self.judge(Self.deaf, "RL-01") { kind, run in
            guard kind.profile == .many else { return }
            run.exchanges[1].arrivedAt = run.exchanges[0].arrivedAt
        }
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual == "what came during a pause may have been on its way before: calls overlap")
    }

    @Test func `calls that never use up the quota prove nothing`() throws {
        let finding = try Self.judge(Self.pacing(), "RL-01") { _, run in
            run.exchanges.removeLast(run.exchanges.count - 3)
        }
        #expect(finding.verdict == .inconclusive)
    }

    // MARK: - RL-03

    @Test func `ignoring malformed fields passes, with or without reading good ones`() throws {
        #expect(try Self.judge(Self.pacing(), "RL-03").verdict == .pass)
        #expect(try Self.judge(Self.deaf, "RL-03").verdict == .pass)
    }

    @Test func `stalling on a malformed field fails`() throws {
        // Takes what it cannot read for nothing left, and waits a minute.
        let sloppy = Self.pacing { response in
            guard let field = response.fields["RateLimit"] else { return nil }
            return field.contains("r=\"0\"") ? 60 : nil
        }
        let finding = try Self.judge(sloppy, "RL-03")
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "it stalls or stops at \"d\";r=\"0\";t=\"60\"")
    }

    @Test func `ending otherwise than with a good field fails`() throws {
        let finding = try Self.judge(Self.deaf, "RL-03") { kind, run in
            guard kind.parameters["field"] == "r=;;t=abc" else { return }
            run.exchanges.removeLast(3)
            run.ending = .exited(1)
        }
        #expect(finding.verdict == .fail)
        #expect(finding.evidence[1].text == "r=;;t=abc, run 1: only one call, then it exited with 1")
    }

    @Test func `a client that is slow by itself proves nothing, but it may end slowly`() throws {
        let slow = try Self.judge(Self.deaf, "RL-03") { _, run in
            run.exchanges[run.exchanges.count - 1].arrivedAt = Instant(seconds: 4)
        }
        #expect(slow.verdict == .inconclusive)
        let ending = try Self.judge(Self.deaf, "RL-03") { _, run in run.endedAt = run.endedAt + .seconds(4) }
        #expect(ending.verdict == .pass)
    }

    // MARK: - RL-04

    @Test func `a client that reads the field and does not trust it passes`() throws {
        let finding = try Self.judge(Self.pacing(), "RL-04")
        #expect(finding.verdict == .pass, "\(finding.evidence.map(\.text))")
        #expect(finding.classification == "reads RateLimit")
    }

    @Test func `where no response carries the field nothing is said of who reads it`() throws {
        let finding = try Self.judge(Self.deaf, "RL-04") { _, run in
            for position in run.exchanges.indices { run.exchanges[position].reply?.fields = FieldBlock() }
        }
        #expect(finding.verdict == .inconclusive && finding.classification == nil, "\(finding.actual)")
    }

    @Test func `a client that does not read it cannot trust it`() throws {
        let finding = try Self.judge(Self.deaf, "RL-04")
        #expect(finding.verdict == .notApplicable)
        #expect(finding.classification == "does not read RateLimit")
    }

    @Test func `each kind of trust fails`() throws {
        // A quota that was announced beats a refusal.
        let trusting: SimulatedClient = {
            var client = SimulatedClient.exponential("trusts r=5") { failure in
                (failure.fields["RateLimit"]?.contains("r=5")).map { $0 ? 0.1 : 1 }
            }
            client.restraint = { SharedGate { $0.status >= 400 ? nil : Self.paused($0) } }
            return client
        }()
        #expect(try Self.judge(trusting, "RL-04").actual == "it came back early although it was refused")

        // The window that was named once is waited for when the field is gone.
        let waiting = Self.pacing { response in
            guard response.fields["RateLimit"] == nil else { return Self.paused(response) }
            return response.status >= 400 ? SimulatedClient.understood(response) : 8
        }
        #expect(try Self.judge(waiting, "RL-04").verdict == .fail)

        // The longest of several windows.
        let longest = Self.pacing { response in
            response.fields["RateLimit"]?.contains("t=3600") == true ? 3_600 : Self.paused(response)
        }
        #expect(try Self.judge(longest, "RL-04").actual == "it waits for a limit of which much is left")

        // The last of several windows, of which something is left.
        let last = Self.pacing { response in
            response.fields["RateLimit"]?.contains("t=3600") == true ? nil : Self.paused(response)
        }
        #expect(try Self.judge(last, "RL-04").actual == "it does not heed the tighter of two limits")
    }

    @Test func `both forms of the field that no document defines are named`() throws {
        func forms(_ wait: @escaping @Sendable (Double) -> Double?) throws -> [String] {
            let client = Self.pacing { response in
                if let reset = response.fields["X-RateLimit-Reset"].flatMap({ Double($0) }) { return wait(reset) }
                return Self.paused(response)
            }
            return try Self.judge(client, "RL-04").evidence.map(\.text).filter { $0.hasPrefix("X-RateLimit-Reset") }
        }
        #expect(
            try forms { $0 } == [
                "X-RateLimit-Reset as 3, with nothing left, not judged: it waits until then",
                "X-RateLimit-Reset as the point in time in 3 s, with nothing left, not judged: it waits much longer",
            ])
        #expect(try forms { $0 > 1e6 ? 3 : nil }.map { $0.contains("does not wait") } == [true, false])
    }

    @Test func `silence proves nothing`() throws {
        let finding = try Self.judge(Self.pacing(), "RL-04") { kind, run in
            if kind.scenario == "legacy-reset" { run.exchanges = [] }
        }
        #expect(finding.verdict == .inconclusive)
    }
}
