import Backoff
import Testing

@Suite struct BackoffPolicyTests {
    @Test func `the defaults have no problems`() { #expect(BackoffPolicy().problems.isEmpty) }

    @Test func `every problem is told at once`() {
        var policy = BackoffPolicy()
        policy.attempts = 0
        policy.base = .zero
        policy.factor = .nan
        policy.floor = .seconds(30)
        policy.jitter = .proportional(1.5)
        policy.retryAfter = .honoured(ceiling: .seconds(-1))
        policy.deadline = .zero
        #expect(
            policy.problems == [
                "attempts must be at least 1", "the base must be longer than zero", "the factor must be at least 1",
                "the floor must lie between zero and the cap",
                "the share of proportional jitter must lie between 0 and 1",
                "the ceiling of announced waits must not be negative", "the deadline must be longer than zero",
            ])
        policy = BackoffPolicy()
        policy.base = .seconds(30)
        #expect(policy.problems == ["the cap must not be shorter than the base"])
    }
}
