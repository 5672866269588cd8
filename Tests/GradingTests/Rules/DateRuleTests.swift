import Grading
import HTTPSemantics
import Journal
import Testing

/// RD-01 and RD-02.
@Suite struct DateRuleTests {
    /// A client that turns the time to a date into a wait.
    func client(
        forms: Set<HTTPDateForm> = Set(HTTPDateForm.allCases), _ wait: @escaping @Sendable (Double) -> Double?
    ) -> SimulatedClient {
        .exponential("client") { failure in
            guard let value = failure.retryAfter else { return nil }
            guard case .date(let date, let form) = RetryAfter(value, reference: failure.received) else {
                return SimulatedClient.understood(failure)
            }
            return forms.contains(form) ? wait((date - failure.received).inSeconds) : nil
        }
    }

    /// A way to compute the wait, and what is said of it.
    struct Arithmetic: CustomTestStringConvertible {
        var testDescription: String
        var wait: @Sendable (Double) -> Double
        var verdict: Verdict
        var isNoted = false
    }

    static let arithmetic: [Arithmetic] = [
        Arithmetic(testDescription: "exact", wait: { $0 }, verdict: .pass),
        Arithmetic(testDescription: "floor", wait: { $0.rounded(.down) }, verdict: .pass, isNoted: true),
        Arithmetic(testDescription: "round", wait: { $0.rounded() }, verdict: .pass, isNoted: true),
        Arithmetic(testDescription: "ceil", wait: { $0.rounded(.up) }, verdict: .pass),
        Arithmetic(testDescription: "clock 2 s ahead", wait: { $0 - 2 }, verdict: .fail),
        Arithmetic(testDescription: "clock 2 s behind", wait: { $0 + 2 }, verdict: .pass, isNoted: true),
        Arithmetic(testDescription: "300 ms early", wait: { $0 - 0.3 }, verdict: .fail),
        Arithmetic(testDescription: "20 ms early", wait: { $0 - 0.02 }, verdict: .pass),
    ]

    @Test(arguments: arithmetic) func `whole seconds are told from being early`(_ example: Arithmetic) throws {
        let finding = try judged(client { example.wait($0) }, "RD-01")
        #expect(finding.verdict == example.verdict, "\(finding.actual)")
        #expect(finding.notes.isEmpty != example.isNoted, "\(finding.notes)")
    }

    @Test func `a client that reads no dates fails and is told so`() throws {
        let finding = try judged(client { _ in nil }, "RD-01")
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "does not read dates")
    }

    @Test func `a moving clock is no witness`() throws {
        let finding = try judged(client { $0 }, "RD-01") { kind, run in
            if kind.scenario == "date-once" { run.clockStep = .milliseconds(-80) }
        }
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("80 ms"))
    }

    @Test func `a response without the date proves nothing`() throws {
        let finding = try judged(client { $0 }, "RD-01") { kind, run in
            if kind.scenario == "date-once" { run.exchanges[0].reply?.fields = FieldBlock() }
        }
        #expect(finding.verdict == .inconclusive)
    }

    @Test func `a stall may hide that it was early`() throws {
        let finding = try judged(client { $0 }, "RD-01") { _, run in
            guard run.exchanges.count > 1 else { return }
            let arrival = run.exchanges[1].arrivedAt
            run.stalls = [Stall(from: arrival - .milliseconds(200), until: arrival)]
        }
        #expect(finding.verdict == .inconclusive)
    }

    @Test func `a stall that begins after the date hides nothing`() throws {
        let finding = try judged(client { $0 + 0.1 }, "RD-01") { _, run in
            guard run.exchanges.count > 1 else { return }
            let arrival = run.exchanges[1].arrivedAt
            run.stalls = [
                Stall(from: run.exchanges[0].arrivedAt - .seconds(1), until: run.exchanges[0].arrivedAt),
                Stall(from: arrival - .milliseconds(90), until: arrival),
                Stall(from: arrival + .milliseconds(5), until: arrival + .seconds(2)),
            ]
        }
        #expect(finding.verdict == .pass, "\(finding.actual)")
    }

    @Test func `two undisturbed runs at each phase are enough`() throws {
        let finding = try judged(client { $0 }, "RD-01") { kind, run in
            guard kind.scenario == "date-once", run.round != 1, run.round != 5 else { return }
            let arrival = run.exchanges[1].arrivedAt
            run.stalls = [Stall(from: arrival - .milliseconds(200), until: arrival)]
        }
        #expect(finding.verdict == .pass, "\(finding.actual)")
        #expect(finding.evidence.count == 18)
    }

    @Test func `both obsolete forms must be understood`() throws {
        #expect(try judged(client { $0 }, "RD-02").verdict == .pass)
        let finding = try judged(client(forms: [.imfFixdate, .asctime]) { $0 }, "RD-02")
        #expect(finding.verdict == .fail)
        #expect(finding.actual.hasPrefix("rfc850: "))
    }

    @Test func `giving up on an obsolete form fails, since the current one is understood`() throws {
        let strict = SimulatedClient(name: "strict") { failure, _ in
            guard failure.attempt < 4, failure.status == 503 else { return nil }
            guard let value = failure.retryAfter else { return 1 }
            guard case .date(let date, .imfFixdate) = RetryAfter(value, reference: failure.received) else { return nil }
            return (date - failure.received).inSeconds
        }
        let finding = try judged(strict, "RD-02")
        #expect(finding.verdict == .fail)
        #expect(finding.actual.contains("does not come back"))
    }

    @Test func `where the server is late all the time, obsolete forms are no more decided than the current one`() throws
    {
        for id in ["RD-01", "RD-02"] {
            let finding = try judged(client { $0 }, id) { _, run in
                run.stalls = run.exchanges.map { Stall(from: $0.arrivedAt - .seconds(2), until: $0.arrivedAt) }
            }
            #expect(finding.verdict == .inconclusive, "\(id): \(finding.actual)")
        }
    }

    @Test func `obsolete forms are judged only where the current one is honoured`() throws {
        #expect(try judged(client { _ in nil }, "RD-02").verdict == .notApplicable)
    }
}
