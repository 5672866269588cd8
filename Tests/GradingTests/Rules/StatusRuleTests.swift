import Grading
import HTTPSemantics
import Testing

/// ST-01 and ST-02.
@Suite struct StatusRuleTests {
    @Test func `runs without a request say nothing of what is tried again`() throws {
        // A client that needs longer to start, on a busy machine, than a run may be silent.
        let client = SimulatedClient.exponential("usual")
        let one = try judged(client, "ST-01") { kind, run in
            if kind.scenario == "status-once", run.round > 0 { run.exchanges = [] }
        }
        #expect(one.verdict == .pass && one.notes.isEmpty, "\(one.notes)")
        for id in ["ST-01", "RA-01", "RD-01"] {
            let none = try judged(client, id) { kind, run in
                if kind.scenario == "refused-once" { run.exchanges = [] }
            }
            #expect(none.verdict == .inconclusive)
            #expect(none.actual.hasPrefix("no request arrived in the runs with a refusal"), "\(none.actual)")
        }
    }

    @Test func `a client that retries both is told what it retries`() throws {
        let finding = try judged(.exponential("usual"), "ST-01")
        #expect(finding.verdict == .pass)
        #expect(
            finding.classification
                == "retries 503, refusal without a hint, refusal with a hint of 1 s, 408, 429, 500, 502, 504")
        #expect(finding.evidence.contains { $0.text.hasPrefix("421: not tried again, it exited with 22") })
    }

    @Test func `retrying only one of them is legal`() throws {
        #expect(try judged(.exponential("503 only", statuses: [503]), "ST-01").verdict == .notApplicable)
    }

    @Test func `repeating 404 fails, whatever else`() throws {
        let client = SimulatedClient.exponential("stubborn", statuses: [404, 503])
        let finding = try judged(client, "ST-02")
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "it repeats 404")
    }

    @Test func `one request each passes, and 409 is not judged`() throws {
        #expect(try judged(.exponential("usual"), "ST-02").verdict == .pass)
        #expect(try judged(.exponential("409", statuses: [409, 503]), "ST-02").verdict == .pass)
    }

    @Test func `silence is no pass`() throws {
        let finding = try judged(.exponential("usual"), "ST-02") { kind, run in
            if kind.parameters["status"] == "410" { run.exchanges = [] }
        }
        #expect(finding.verdict == .inconclusive)
    }
}
