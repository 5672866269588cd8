public import Fixtures

/// Runs a fake upstream for as long as the body runs, on a free port of 127.0.0.1.
///
/// ```swift
/// try await withMockUpstream(fixture) { lane in
///     let response = try await client.get(lane.url + "/v1/models")
///     #expect(await lane.journal().entries.count == 4)
/// }
/// ```
public func withMockUpstream<Result>(
    _ fixture: Fixture, _ body: (Lane) async throws -> Result
) async throws -> Result {
    let server = try MockServer()
    do {
        let lane = try await server.addLane(fixture)
        let result = try await body(lane)
        await server.shutdown(grace: .zero)
        return result
    } catch {
        await server.shutdown(grace: .zero)
        throw error
    }
}
