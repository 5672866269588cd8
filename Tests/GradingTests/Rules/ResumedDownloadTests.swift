import Grading
import HTTPSemantics
import Journal
import Testing

/// SP-02.
@Suite struct ResumedDownloadTests {
    static let whole = Run.Output(length: 1_048_576, digest: "a")
    static let other = Run.Output(length: 1_024_000, digest: "b")

    /// A client that tries again twice, exits with 0 once it has a complete response and prints it.
    static func judged(
        _ client: SimulatedClient = .exponential("again"),
        changing change: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try GradingTests.judged(client, "SP-02") { kind, run in
            guard kind.scenario == "broken-download", run.ending == .exited(0) else { return }
            run.output = kind.parameters["then"] == nil ? whole : other
            change(kind, &run)
        }
    }

    /// Asks for the rest, and is sent it.
    static func resuming(ifRange: Bool) -> SimulatedClient {
        var client = SimulatedClient.exponential("resumes")
        client.fields = { attempt in
            attempt > 1 ? [("Range", "bytes=262144-")] + (ifRange ? [("If-Range", "\"a\"")] : []) : []
        }
        return client
    }

    static func isBroken(_ kind: RunRequest.Kind) -> Bool { kind.parameters["breaks"] != "0" }
    static func isChanged(_ kind: RunRequest.Kind) -> Bool { isBroken(kind) && kind.parameters["then"] != nil }

    @Test func `starting again passes`() throws {
        let finding = try Self.judged()
        #expect(finding.verdict == .pass)
        #expect(finding.actual == "it started again, and printed the body once")
        #expect(finding.evidence.count == 4)
        #expect(finding.pictures.count == 1)
    }

    @Test func `resuming the same representation passes`() throws {
        let finding = try Self.judged(Self.resuming(ifRange: true)) { kind, run in
            if !Self.isChanged(kind), run.exchanges.count > 1 {
                run.exchanges[run.exchanges.count - 1].reply?.status = 206
            }
        }
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "resumed by Range, with If-Range")
    }

    @Test func `an error passes`() throws {
        let finding = try Self.judged(SimulatedClient(name: "once") { _, _ in nil })
        #expect(finding.verdict == .pass)
        #expect(finding.classification == "reports an error")
    }

    @Test func `what is printed twice, or not at all, fails`() throws {
        for (length, actual, classification) in [
            (1_572_864, "524288 bytes too many", "doubles"), (786_432, "262144 bytes too few", "loses bytes"),
            (1_048_576, "other bytes", "loses bytes"),
        ] {
            let finding = try Self.judged { kind, run in
                guard Self.isBroken(kind), !Self.isChanged(kind) else { return }
                run.output = Run.Output(length: length, digest: "c")
            }
            #expect(finding.verdict == .fail)
            #expect(
                finding.actual
                    == "a download broken off twice: it started again, exited with 0 and printed \(actual) "
                    + "(2 of 4 runs went wrong)")
            #expect(finding.classification == classification)
            #expect(finding.evidence.map(\.speaksAgainst) == [true, true, false, false])
        }
    }

    /// The journal alone proves it, whatever the client prints.
    @Test(arguments: [false, true])
    func `parts of two representations fail`(isSilent: Bool) throws {
        let finding = try Self.judged(Self.resuming(ifRange: false)) { kind, run in
            if run.exchanges.count > 1 { run.exchanges[run.exchanges.count - 1].reply?.status = 206 }
            if isSilent { run.output = Run.Output() }
        }
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "splices")
        #expect(finding.actual.contains("resumed by Range, without If-Range, exited with 0 after parts of two"))
    }

    @Test func `who looks at the tag of a part and asks for the whole passes`() throws {
        let finding = try Self.judged(Self.resuming(ifRange: false)) { kind, run in
            guard Self.isChanged(kind) else { return }
            var again = run.exchanges[1]
            run.exchanges[1].reply?.status = 206
            again.arrivedAt = again.arrivedAt + .milliseconds(5)
            run.exchanges.append(again)
        }
        #expect(finding.verdict == .pass)
    }

    @Test func `half a body taken for the whole fails without a word of it`() throws {
        var client = SimulatedClient(name: "once") { _, _ in nil }
        client.noticesTruncation = false
        let finding = try Self.judged(client) { _, run in run.output = Run.Output() }
        #expect(finding.verdict == .fail)
        #expect(finding.classification == "takes a part for the whole")
    }

    @Test func `an exit code that is always 0 proves nothing`() throws {
        var client = SimulatedClient(name: "zero") { _, _ in nil }
        client.exitCode = 0
        let finding = try Self.judged(client)
        #expect(finding.verdict == .inconclusive)
        #expect(finding.actual.contains("its exit code says nothing"))
    }

    @Test func `who shows nothing of what it received is not judged`() throws {
        for output in [Run.Output(), Run.Output(length: 2, digest: "ok")] {
            let finding = try Self.judged { _, run in run.output = output }
            #expect(finding.verdict == .notApplicable)
            #expect(finding.actual.contains("let the command print the body"))
        }
        let changing = try Self.judged { _, run in run.output.digest = "\(run.round)\(run.exchanges.count)" }
        #expect(changing.verdict == .notApplicable)
    }

    @Test func `who refuses such a body, is still waiting or never came, is not judged`() throws {
        let refusing = try Self.judged { kind, run in if !Self.isBroken(kind) { run.ending = .exited(3) } }
        #expect(refusing.verdict == .notApplicable)
        #expect(refusing.actual == "it takes no body of 1 MiB for a success: it exited with 3")
        let waiting = try Self.judged { kind, run in if Self.isBroken(kind) { run.ending = .timeUp } }
        #expect(waiting.verdict == .inconclusive)
        let silent = try Self.judged { _, run in run.exchanges = [] }
        #expect(silent.verdict == .inconclusive)
    }
}
