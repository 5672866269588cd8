/// How many retries all calls of a client may make together, so that a server that fails everything is not asked
/// several times for every call.
///
/// A value that a client shares between its calls: it is asked before each retry, and told of each success.
///
/// | scheme | after a failure of everything | source |
/// |---|---|---|
/// | ``Scheme/aws`` | 35 retries, 100 of throttled calls, then none | AWS SDKs' standard mode since 10 November 2026 |
/// | ``Scheme/grpc`` | 4 retries, then none until successes return | gRPC proposal A6, "Throttling Retry Attempts" |
/// | ``Scheme/tokens(capacity:transientCost:throttlingCost:refundOfFirstSuccess:)`` | what the numbers say | |
public struct RetryBudget: Hashable, Sendable {
    public enum Scheme: Hashable, Sendable {
        /// A retry takes its cost from the bucket, and is not made where too little is left. The call's success gives
        /// back what its last retry took; a call that succeeds at once gives back `refundOfFirstSuccess`.
        case tokens(capacity: Int, transientCost: Int, throttlingCost: Int, refundOfFirstSuccess: Int)
        /// Every failed attempt takes a token and every success returns a share of one; retries are made while more
        /// than half of the tokens are there.
        case threshold(maxTokens: Double, tokenRatio: Double)

        /// The AWS SDKs' standard mode: capacity 500, 14 for a transient failure, 5 for a throttled call
        /// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
        public static let aws = Scheme.tokens(
            capacity: 500, transientCost: 14, throttlingCost: 5, refundOfFirstSuccess: 1)
        /// The example of gRPC A6: 10 tokens, a tenth back for each success.
        public static let grpc = Scheme.threshold(maxTokens: 10, tokenRatio: 0.1)
    }

    /// What a retry follows.
    public enum Cause: Hashable, Sendable {
        /// The server refused because of a limit.
        case throttled
        /// Anything else.
        case transient
    }

    public let scheme: Scheme
    /// Tokens left.
    public private(set) var balance: Double

    public init(_ scheme: Scheme) {
        self.scheme = scheme
        switch scheme {
        case .tokens(let capacity, _, _, _): balance = Double(capacity)
        case .threshold(let maxTokens, _): balance = maxTokens
        }
    }

    /// An attempt failed and the policy would try again: takes what a retry costs.
    ///
    /// - Returns: what was taken, to be given back by ``succeeded(lastRetry:)``; nil if the retry must not be made.
    public mutating func withdraw(for cause: Cause) -> Double? {
        switch scheme {
        case .tokens(_, let transientCost, let throttlingCost, _):
            let cost = Double(cause == .throttled ? throttlingCost : transientCost)
            guard balance >= cost else { return nil }
            balance -= cost
            return cost
        case .threshold(let maxTokens, _):
            balance = max(0, balance - 1)
            return balance > maxTokens / 2 ? 1 : nil
        }
    }

    /// A call succeeded.
    ///
    /// - Parameter lastRetry: what its last retry took; nil if it succeeded at once.
    public mutating func succeeded(lastRetry: Double?) {
        switch scheme {
        case .tokens(let capacity, _, _, let refund):
            balance = min(Double(capacity), balance + (lastRetry ?? Double(refund)))
        case .threshold(let maxTokens, let ratio):
            balance = min(maxTokens, balance + ratio)
        }
    }

    /// Everything that is wrong with the numbers, as sentences.
    var problems: [String] {
        switch scheme {
        case .tokens(let capacity, let transientCost, let throttlingCost, let refund):
            [capacity, transientCost, throttlingCost, refund].contains { $0 < 0 }
                ? ["the numbers of a retry budget must not be negative"] : []
        case .threshold(let maxTokens, let ratio):
            maxTokens > 0 && maxTokens.isFinite && ratio >= 0 && ratio.isFinite
                ? [] : ["a retry budget needs more than no tokens, and a ratio that is not negative"]
        }
    }
}

extension RetryBudget.Scheme {
    /// Everything that is wrong with the numbers, as sentences; empty if they can be used.
    public var problems: [String] { RetryBudget(self).problems }
}
