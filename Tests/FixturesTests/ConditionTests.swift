import Fixtures
import TestSupport
import Testing

/// `states`, `when` and `goto` as values.
struct ConditionTests {
    private func replies(_ text: String) throws -> [Reply] {
        try #require(try Fixture.parsed("states: [healthy, down]\n" + text).routes.first).replies
    }

    @Test func `reads a condition with everything`() throws {
        let reply = try replies(
            """
            routes:
              - match: GET /
                replies:
                  - { when: { state: down, chance: 0.5 %, from: 10s, until: 25s }, status: 503 }
                  - { success: {}, goto: down }
            """)
        #expect(
            reply.map(\.condition) == [
                Condition(state: 1, chance: Chance(5000), from: .seconds(10), until: .seconds(25)), nil,
            ])
        #expect(reply.map(\.nextState) == [nil, 1])
        #expect(reply.map(\.times) == [.max, 1])
    }

    @Test func `reads a ramp, and times that bound`() throws {
        let reply = try replies(
            """
            routes:
              - match: GET /
                replies:
                  - { times: 2, when: { state: down, ramp: { to: 50%, over: 1m } }, status: 503 }
                  - { success: {}, goto: down }
            """)
        #expect(reply[0].condition == Condition(state: 1, chance: Chance(from: 0, to: 500_000, over: .seconds(60))))
        #expect(reply[0].times == 2)
    }

    @Test func `warns of states that change nothing`() {
        let outcome = FixtureLoader.shipped().load(
            Array("states: [a, b]\nroutes: [ { match: GET /, reply: { success: {} } } ]".utf8), file: "x.yaml")
        #expect(outcome.fixture?.states == ["a", "b"])
        let said = outcome.diagnostics.map(\.message)
        #expect(said.contains("no reply goes to the state \"b\""))
        #expect(said.contains("no reply asks for a state, so they change nothing"))
    }
}
