internal import HTTPSemantics

/// Two retry loops around each other, as programs have them that retry what their library retries already. Each looks
/// harmless alone; together one call becomes thirty requests.
///
/// The figures are those of `fixtures/clients/tutorial_double_loop.py`, except that the inner loop reads no Retry-After:
/// urllib3's `Retry(total=5, backoff_factor=0.1)` inside five attempts that wait 0.25 s, 0.5 s and so on, give or take a
/// quarter.
enum DoubleLoop {
    /// Before the second to the sixth request of the inner loop.
    static let inner: [Duration] = [
        .zero, .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600),
    ]
    static let outerAttempts = 5
    static let outerBase: Duration = .milliseconds(250)

    /// - Parameters:
    ///   - send: one request; says why it failed, or nothing.
    ///   - sleep: ends the call by throwing.
    /// - Returns: why the call failed; `nil` for a success.
    static func call(
        using generator: inout some RandomNumberGenerator, sleep: (Duration) async throws -> Void,
        send: () async throws -> String?
    ) async throws -> String? {
        var failure: String?
        for attempt in 0..<outerAttempts {
            failure = try await send()
            for wait in inner where failure != nil {
                if wait > .zero { try await sleep(wait) }
                failure = try await send()
            }
            guard failure != nil else { return nil }
            // It sleeps after its last attempt too, for nothing: so do the tutorials' loops.
            let wait = outerBase * (1 << attempt)
            try await sleep(wait * Double.random(in: 0.75...1.25, using: &generator))
        }
        return failure
    }
}
