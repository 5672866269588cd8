import Grading
import HTTPSemantics
import Journal
import Testing

/// ID-01, ID-02 and BR-01.
@Suite struct PostRuleTests {
    func judge(
        _ client: SimulatedClient, _ id: String, declared: Declarations = Declarations(),
        tamper: @escaping @Sendable (RunRequest.Kind, inout Run) -> Void = { _, _ in }
    ) throws -> Finding {
        try judged(client, id, profiles: [.get, .workers, .post], declared: declared, tamper: tamper)
    }

    static let careful = SimulatedClient.exponential("careful")
    static let replaying = SimulatedClient.exponential("replaying", retriesPOST: true)

    static func keyed(_ key: @escaping @Sendable (Int) -> String?) -> SimulatedClient {
        var client = replaying
        client.fields = { attempt in key(attempt).map { [("Idempotency-Key", $0)] } ?? [] }
        return client
    }

    @Test(arguments: ["ID-01", "ID-02", "BR-01"])
    func `without a command for POST they are not applicable and say what to add`(id: String) throws {
        let finding = try judged(Self.careful, id)
        #expect(finding.verdict == .notApplicable)
        #expect(finding.actual.contains("--post 'CMD"))
    }

    @Test func `a POST that is not sent again passes`() throws {
        #expect(try judge(Self.careful, "ID-01").verdict == .pass)
    }

    @Test func `a POST that is sent again without a key fails`() throws {
        let finding = try judge(Self.replaying, "ID-01")
        #expect(finding.verdict == .fail)
        #expect(finding.actual.contains("4 of 4 runs"))
    }

    @Test func `a key or a declaration allows it`() throws {
        #expect(try judge(Self.keyed { _ in "\"k\"" }, "ID-01").verdict == .pass)
        let declared = Declarations(idempotentPOST: true)
        #expect(try judge(Self.replaying, "ID-01", declared: declared).verdict == .notApplicable)
    }

    @Test func `a fault that did not fire, or another method, proves nothing`() throws {
        let unbroken = try judge(Self.careful, "ID-01") { _, run in run.exchanges[0].abort = nil }
        #expect(unbroken.verdict == .inconclusive)
        let get = try judge(Self.careful, "ID-01") { _, run in run.exchanges[0].arrival.method = "GET" }
        #expect(get.verdict == .inconclusive)
    }

    @Test func `a key that stays passes, one that changes or vanishes fails`() throws {
        #expect(try judge(Self.keyed { _ in "\"k\"" }, "ID-02").verdict == .pass)
        #expect(try judge(Self.keyed { "\"k-\($0)\"" }, "ID-02").verdict == .fail)
        let vanishing = try judge(Self.keyed { $0 == 1 ? "\"k\"" : nil }, "ID-02")
        #expect(vanishing.verdict == .fail)
        #expect(vanishing.actual == "some attempts of a call lack the key")
    }

    @Test func `no key, or no second attempt, is nothing to judge`() throws {
        #expect(try judge(Self.replaying, "ID-02").verdict == .notApplicable)
        var single = Self.keyed { _ in "\"k\"" }
        single.wait = { _, _ in nil }
        #expect(try judge(single, "ID-02").verdict == .notApplicable)
    }

    @Test func `the same body passes`() throws {
        let finding = try judge(Self.careful, "BR-01")
        #expect(finding.verdict == .pass)
        #expect(finding.actual == "the same bytes in 4 retries")
    }

    @Test func `another body, a shorter one or none fails`() throws {
        var other = Self.careful
        other.digest = { $0 == 1 ? "aa" : "bb" }
        #expect(try judge(other, "BR-01").verdict == .fail)
        let short = try judge(Self.careful, "BR-01") { _, run in
            if run.exchanges.count > 1 { run.exchanges[1].body?.length = 0 }
        }
        #expect(short.verdict == .fail)
        #expect(short.evidence[0].text == "run 1, attempt 2: no body")
        let cut = try judge(Self.careful, "BR-01") { _, run in
            if run.exchanges.count > 1 { run.exchanges[1].body?.complete = false }
        }
        #expect(cut.verdict == .fail)
        let type = try judge(Self.careful, "BR-01") { _, run in
            if run.exchanges.count > 1 {
                run.exchanges[1].arrival.fields = FieldBlock([("Content-Type", "text/plain")])
            }
        }
        #expect(type.verdict == .fail)
    }

    @Test func `no body at all, or no second attempt, is nothing to judge`() throws {
        let empty = try judge(Self.careful, "BR-01") { _, run in run.exchanges[0].body = nil }
        #expect(empty.verdict == .inconclusive)
        #expect(try judge(SimulatedClient(name: "single") { _, _ in nil }, "BR-01").verdict == .notApplicable)
    }
}
