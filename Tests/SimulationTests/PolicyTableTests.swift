import Backoff
import HTTPSemantics
import TestSupport
import Testing

@testable import Simulation

/// A fleet decides by a table; a client decides by `RetryState`. Both must decide the same, to the nanosecond.
@Suite struct PolicyTableTests {
    static let policies: [BackoffPolicy] = {
        let jitters: [Jitter] = [.full, .equal, .decorrelated, .proportional(0.25), .proportional(1), .none]
        return jitters.flatMap { jitter in
            [
                policy(jitter) { _ in },
                policy(jitter) { $0.attempts = 30 },
                policy(jitter) { ($0.base, $0.factor, $0.cap) = (.milliseconds(37), 1.7, .milliseconds(900)) },
                policy(jitter) { ($0.base, $0.factor, $0.attempts) = (.seconds(1), 1, 9) },
                policy(jitter) { ($0.deadline, $0.attempts) = (.seconds(20), 12) },
                policy(jitter) { $0.retryAfter = .ignored },
                policy(jitter) { $0.retryAfter = .honoured(ceiling: .seconds(5)) },
                policy(jitter) { $0.retryableStatuses = [429] },
                policy(jitter) { $0.retryableFailures = [] },
                policy(jitter) { $0.floor = .zero },
            ]
        }
    }()

    static func policy(_ jitter: Jitter, _ change: (inout BackoffPolicy) -> Void) -> BackoffPolicy {
        var policy = BackoffPolicy()
        policy.jitter = jitter
        change(&policy)
        return policy
    }

    @Test(arguments: policies.indices) func `decides as the client's own state does`(number: Int) {
        let policy = Self.policies[number]
        let table = PolicyTable(policy)
        var script = SeededGenerator(seed: UInt64(number))
        var decided = 0
        for call in 0..<60 {
            var (mine, theirs) = (SeededGenerator(seed: UInt64(call)), SeededGenerator(seed: UInt64(call)))
            var state = RetryState(policy: policy, request: .init(method: "GET"), at: .zero)
            var now = Instant.zero
            var previous: Int64 = 0
            var ended = 0
            while true {
                state.begin(at: now)
                now += .milliseconds(Int64.random(in: 0...700, using: &script))
                let announced = Int64.random(in: -3...9, using: &script)
                let (outcome, expected) = step(&state, announced, at: now, &script, &theirs)
                let wait = table.wait(
                    after: outcome, ended: ended, previous: &previous,
                    announced: outcome == .timedOut ? -1 : max(-1, announced) * (announced < 0 ? 1 : 1_000_000_000),
                    elapsed: now.nanoseconds, using: &mine)
                #expect(wait == expected)
                #expect(mine == theirs)
                decided += 1
                ended += 1
                guard let wait, wait == expected else { break }
                now += .nanoseconds(wait)
            }
        }
        #expect(decided >= 60)
    }

    /// An attempt that fails somehow.
    ///
    /// - Returns: how, and the wait in nanoseconds that the client's state decides for; `nil` if it gives up.
    private func step(
        _ state: inout RetryState, _ announced: Int64, at now: Instant, _ script: inout SeededGenerator,
        _ generator: inout SeededGenerator
    ) -> (PolicyTable.Outcome, Int64?) {
        var fields = FieldBlock()
        if announced >= 0 { fields.append("Retry-After", "\(announced)") }
        let outcome = [PolicyTable.Outcome.throttled, .failed, .timedOut].randomElement(using: &script)!
        let decision =
            switch outcome {
            case .timedOut: state.failed(.timeout, mayHaveArrived: true, at: now, using: &generator)
            default:
                state.responded(
                    status: outcome == .throttled ? 429 : 503, fields: fields, at: now,
                    received: WallTime(secondsSinceEpoch: 0), using: &generator)
            }
        if case .wait(let wait, _) = decision { return (outcome, wait.nanoseconds) }
        return (outcome, nil)
    }
}
