import Grading
import HTTPSemantics
import Testing

@Suite struct BoundedAttemptsTests {
    func judge(_ client: SimulatedClient, declared: Declarations = Declarations()) throws -> Finding {
        try judged(client, "AT-01", declared: declared)
    }

    /// urllib3's Retry(5) that knows 429 with a hint, inside a loop of five that sleeps again on 429.
    static let nested = SimulatedClient(name: "loop around a loop") { failure, _ in
        guard [429, 503].contains(failure.status), failure.method == "GET" else { return nil }
        let inner = (failure.attempt - 1) % 6
        let outer = (failure.attempt - 1) / 6
        guard let hint = SimulatedClient.understood(failure) else {
            return inner < 5 && outer == 0 ? 0.1 : nil
        }
        if inner < 5 { return hint }
        return outer < 4 ? 0.25 * Double(1 << outer) : nil
    }

    @Test func `five attempts are bounded`() throws {
        #expect(try judge(.exponential("five")).verdict == .pass)
        #expect(try judge(.exponential("five")).actual.contains("5 requests"))
    }

    @Test func `a client that never stops fails`() throws {
        let finding = try judge(.exponential("endless", factor: 1, attempts: .max))
        #expect(finding.verdict == .fail)
        #expect(finding.actual.contains("49 requests") || finding.actual.contains("50 requests"))
    }

    @Test func `a client that goes on slowly may have an end`() throws {
        #expect(
            try judge(.exponential("slow", base: 14, factor: 1, attempts: .max) { _ in nil }).verdict == .inconclusive)
    }

    @Test func `a loop around a loop is counted on its worst script and named`() throws {
        let finding = try judge(Self.nested)
        #expect(finding.actual.contains("one call became 30 requests"))
        #expect(finding.notes.contains { $0.contains("ladder of 6 requests, 5 times over") })
        #expect(finding.classification == "nested retry loops")
    }

    @Test func `what the client declares is the limit`() throws {
        #expect(try judge(.exponential("five"), declared: Declarations(attemptCap: 3)).verdict == .fail)
        #expect(try judge(.exponential("five"), declared: Declarations(attemptCap: 5)).verdict == .pass)
    }

    @Test func `ten thousand requests a second are cut off and fail`() throws {
        #expect(try judge(.exponential("hot", base: 0.0001, factor: 1, attempts: .max)).verdict == .fail)
    }
}
