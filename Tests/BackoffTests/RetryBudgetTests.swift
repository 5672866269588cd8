import Backoff
import Testing

@Suite struct RetryBudgetTests {
    /// What a budget allows when everything fails.
    static func retries(_ scheme: RetryBudget.Scheme, _ cause: RetryBudget.Cause) -> Int {
        var budget = RetryBudget(scheme)
        var retries = 0
        while retries < 10_000, budget.withdraw(for: cause) != nil { retries += 1 }
        return retries
    }

    @Test func `when everything fails, retries end`() {
        #expect(Self.retries(.aws, .transient) == 35)
        #expect(Self.retries(.aws, .throttled) == 100)
        #expect(Self.retries(.grpc, .transient) == 4)
    }

    /// The vectors of aws-sdk-php, tests/Retry/V3/RetryMiddlewareTest.php: 500, 500, 200 moves the quota so.
    @Test func `a success gives back what its last retry took`() {
        var budget = RetryBudget(.aws)
        _ = budget.withdraw(for: .transient)
        #expect(budget.balance == 486)
        let last = budget.withdraw(for: .transient)
        #expect(budget.balance == 472)
        budget.succeeded(lastRetry: last)
        #expect(budget.balance == 486)
    }

    @Test func `too little left is no retry, and takes nothing`() {
        var budget = RetryBudget(.tokens(capacity: 20, transientCost: 14, throttlingCost: 5, refundOfFirstSuccess: 1))
        #expect(budget.withdraw(for: .transient) == 14)
        let refused = budget.withdraw(for: .transient)
        #expect(refused == nil)
        #expect(budget.balance == 6)
        #expect(budget.withdraw(for: .throttled) == 5)
    }

    @Test(arguments: [RetryBudget.Scheme.aws, .grpc])
    func `successes never fill it above its capacity`(scheme: RetryBudget.Scheme) {
        var budget = RetryBudget(scheme)
        let full = budget.balance
        for _ in 0..<100 { budget.succeeded(lastRetry: nil) }
        #expect(budget.balance == full)
        _ = budget.withdraw(for: .transient)
        for _ in 0..<1_000 { budget.succeeded(lastRetry: nil) }
        #expect(budget.balance == full)
    }

    @Test func `numbers that cannot be used are named`() {
        #expect(RetryBudget.Scheme.threshold(maxTokens: 0, tokenRatio: 0.1).problems.count == 1)
        #expect(
            RetryBudget.Scheme.tokens(capacity: -1, transientCost: 1, throttlingCost: 1, refundOfFirstSuccess: 1)
                .problems.count == 1)
        #expect(RetryBudget.Scheme.aws.problems.isEmpty)
    }
}
