public import Fixtures

/// Runs a fake upstream for as long as the body runs, on a free port of 127.0.0.1.
///
/// ```swift
/// try await withMockUpstream(fixture) { lane in
///     let response = try await client.get(lane.url + "/v1/models")
///     #expect(await lane.journal().entries.count == 4)
/// }
/// ```
///
/// - Parameters:
///   - fixture: what it serves.
///   - clock: what moves limits, dates, waits and journal: real time, or ``Lane/advance(by:)``.
///   - tls: whether it speaks TLS, with a throw-away certificate that ``Lane/authority`` vouches for.
///   - body: what runs meanwhile.
public func withMockUpstream<Result>(
    _ fixture: Fixture, clock: LaneClock = .real, tls: Bool = false, _ body: (Lane) async throws -> Result
) async throws -> Result {
    let server = try MockServer()
    do {
        let lane = try await server.addLane(fixture, clock: clock, tls: tls)
        let result = try await body(lane)
        await server.shutdown(grace: .zero)
        return result
    } catch {
        await server.shutdown(grace: .zero)
        throw error
    }
}

/// As with a fixture that was made in Swift, from the text of one.
///
/// - Throws: ``FixtureError`` where the text has errors, and what the body throws.
public func withMockUpstream<Result>(
    text: String, parameters: [String: String] = [:], clock: LaneClock = .real, tls: Bool = false,
    _ body: (Lane) async throws -> Result
) async throws -> Result {
    try await withMockUpstream(try Fixture(text: text, parameters: parameters), clock: clock, tls: tls, body)
}

/// As with a fixture that was made in Swift, from a file: its path is absolute, or from the working directory.
///
/// - Throws: ``FixtureError`` where the file has errors or cannot be read, and what the body throws.
public func withMockUpstream<Result>(
    file path: String, parameters: [String: String] = [:], clock: LaneClock = .real, tls: Bool = false,
    _ body: (Lane) async throws -> Result
) async throws -> Result {
    try await withMockUpstream(try Fixture(file: path, parameters: parameters), clock: clock, tls: tls, body)
}
