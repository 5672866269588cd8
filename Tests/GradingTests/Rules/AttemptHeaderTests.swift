import Grading
import HTTPSemantics
import Testing

/// HH-01.
@Suite struct AttemptHeaderTests {
    /// Delays of 1, 2, 4 and 8 s, and these fields at each attempt.
    func judge(
        leaks: Bool = false, _ fields: @escaping @Sendable (Int) -> [(String, String)]
    ) throws -> Finding {
        var client = SimulatedClient.exponential("with headers")
        client.fields = fields
        client.leaksCredentials = leaks
        return try judged(client, "HH-01")
    }

    /// Civil time so many seconds after the start of a run.
    static func stamp(_ seconds: Int) -> String {
        let time = SimulatedMachine.wall.origin + .seconds(seconds)
        return RFC3339.format(time).filter { $0 != "-" && $0 != ":" }
    }

    @Test func `headers that agree pass`() throws {
        let finding = try judge { attempt in
            [
                ("amz-sdk-invocation-id", "a1"), ("amz-sdk-request", "attempt=\(attempt); max=5"),
                ("X-Amz-Date", Self.stamp([0, 1, 3, 7, 15][attempt - 1])),
                ("Authorization", "redacted:\(attempt)"),
            ]
        }
        #expect(finding.verdict == .pass)
        #expect(
            finding.actual == "identifiers of the call, counter of attempts, time stamps, signatures, credentials and "
                + "credentials at another origin are as they should be")
    }

    @Test func `a client that says nothing of the kind is not concerned`() throws {
        #expect(try judge { _ in [("Accept", "*/*")] }.verdict == .notApplicable)
        #expect(try judged(StandardSuiteTests.single, "HH-01").verdict == .notApplicable)
    }

    @Test func `an identifier that changes or vanishes fails`() throws {
        #expect(try judge { [("Idempotency-Key", "\"\($0)\"")] }.verdict == .fail)
        #expect(try judge { $0 == 1 ? [("X-Correlation-Id", "a")] : [] }.verdict == .fail)
        #expect(try judge { _ in [("Idempotency-Key", "\"a\"")] }.verdict == .pass)
        #expect(
            try judge { [("x-goog-api-client", "gl-python/3 gccl-invocation-id/\($0) gccl/2")] }.verdict == .fail)
    }

    @Test func `an identifier of either kind is shown and not judged`() throws {
        let finding = try judge { [("X-Request-Id", "\($0)")] }
        #expect(finding.verdict == .notApplicable)
        #expect(finding.evidence.contains { $0.text == "X-Request-Id: another at each attempt (not judged)" })
    }

    @Test(arguments: [
        ([0, 1, 2, 3, 4], Verdict.pass), ([1, 2, 3, 4, 5], .pass), ([nil, 1, 2, 3, 4], .pass),
        ([0, 0, 0, 0, 0], .fail), ([0, 1, 2, 2, 3], .fail), ([0, 2, 4, 6, 8], .fail), ([0, 1, nil, 2, 3], .fail),
    ])
    func `a counter goes up by one`(values: [Int?], verdict: Verdict) throws {
        let finding = try judge { attempt in values[attempt - 1].map { [("X-Stainless-Retry-Count", "\($0)")] } ?? [] }
        #expect(finding.verdict == verdict)
    }

    @Test func `a time stamp of the first attempt is too old for the last`() throws {
        let stale = try judge { _ in [("X-Amz-Date", Self.stamp(0)), ("Authorization", "redacted:a")] }
        #expect(stale.verdict == .fail)
        #expect(stale.actual.contains("old at attempt 5"))
        let date = HTTPDate.format(SimulatedMachine.wall.origin)
        #expect(try judge { _ in [("Date", date)] }.verdict == .fail)
        #expect(try judge { $0 < 4 ? [("Date", date)] : [] }.verdict == .pass)
    }

    @Test func `a signature changes with its time stamp`() throws {
        let finding = try judge { attempt in
            [("X-Amz-Date", Self.stamp([0, 1, 3, 7, 15][attempt - 1])), ("Authorization", "redacted:same")]
        }
        #expect(finding.verdict == .fail)
        #expect(finding.actual == "signatures: X-Amz-Date is renewed and the signature is not")
    }

    @Test func `credentials are neither lost nor sent elsewhere`() throws {
        #expect(try judge { _ in [("Authorization", "redacted:a")] }.verdict == .pass)
        #expect(try judge { $0 == 1 ? [("Authorization", "redacted:a")] : [] }.verdict == .fail)
        let leak = try judge(leaks: true) { _ in [("Authorization", "redacted:a")] }
        #expect(leak.verdict == .fail)
        #expect(leak.actual.contains("Authorization is sent to it after a redirect"))
    }
}
