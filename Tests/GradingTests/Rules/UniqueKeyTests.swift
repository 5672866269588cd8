import Grading
import HTTPSemantics
import Journal
import Testing

/// ID-03.
@Suite struct UniqueKeyTests {
    static func judge(
        _ key: @escaping @Sendable (_ process: Int, _ call: Int, _ body: String) -> String?,
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(.exponential("keyed"), "ID-03", profiles: [.get, .post, .many]) { kind, run in
            guard kind.profile == .many else { return }
            let body = kind.parameters["body"] ?? "usual"
            // The processes of the other body count on.
            let process = body == "other" ? 2 : run.round
            for position in run.exchanges.indices {
                let exchange = run.exchanges[position]
                let call = Int(exchange.arrival.target.dropFirst()) ?? 0
                run.exchanges[position].body?.digest = body
                let fields = key(process, call, body).map { [("Idempotency-Key", $0)] } ?? []
                run.exchanges[position].arrival.fields = FieldBlock(fields)
            }
            tamper(kind, &run)
        }
    }

    @Test func `a key for each call passes`() throws {
        let finding = try Self.judge { process, call, _ in "\"\(process)-\(call)\"" }
        #expect(finding.verdict == .pass)
        #expect(finding.actual == "30 keys for 30 calls")
        #expect(finding.notes.isEmpty)
    }

    @Test func `a key for everything, or for a process, fails`() throws {
        let constant = try Self.judge { _, _, _ in "\"k\"" }
        #expect(constant.verdict == .fail && constant.classification == "one key for everything")
        let process = try Self.judge { process, _, _ in "\"\(process)\"" }
        #expect(process.verdict == .fail && process.classification == "one key for a process")
    }

    @Test func `a key that follows from the content is noted, and one without quotes`() throws {
        let finding = try Self.judge { _, _, body in body }
        #expect(finding.verdict == .pass && finding.classification == "derived from the content")
        #expect(finding.notes.count == 2)
    }

    @Test func `several keys in a request fail`() throws {
        let finding = try Self.judge(
            { process, call, _ in "\"\(process)-\(call)\"" },
            tamper: { _, run in run.exchanges[0].arrival.fields.append("Idempotency-Key", "\"b\"") })
        #expect(finding.actual == "a request carries more than one Idempotency-Key")
    }

    @Test func `no key, no command, or the same body everywhere is nothing to judge`() throws {
        #expect(try Self.judge { _, _, _ in nil }.verdict == .notApplicable)
        let same = try Self.judge(
            { process, call, _ in "\"\(process)-\(call)\"" },
            tamper: { _, run in
                for position in run.exchanges.indices { run.exchanges[position].body?.digest = "aa" }
            })
        #expect(same.verdict == .inconclusive)
        var grader = SimulatedGrader(profiles: [.get, .post, .many], canPostMany: false)
        let finding = grader.judge(.exponential("usual"), .named("ID-03"))
        #expect(finding?.verdict == .notApplicable)
        #expect(finding?.actual.contains("{method}") == true)
    }
}
