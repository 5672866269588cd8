import Backoff
import HTTPSemantics
import Synchronization

/// What the calls of a client know together: the gate of each quota, the breaker of each origin, and the budget of
/// retries.
final class SharedKnowledge: Sendable {
    private struct State {
        var gates: [String: Gate] = [:]
        var breakers: [String: CircuitBreaker] = [:]
        var budget: RetryBudget?
    }

    /// Beyond so many, those that nobody needs are let go.
    private static let mostKept = 1_000

    private let state: Mutex<State>
    private let time: TimeLine
    private let breaker: CircuitBreaker.Settings?
    private let gateCapacity: Int

    init(_ configuration: BackoffClient.Configuration, time: TimeLine) {
        self.time = time
        breaker = configuration.breaker
        gateCapacity = configuration.gateCapacity
        state = Mutex(State(budget: configuration.budget.map { RetryBudget($0) }))
    }

    func gate(of quota: String) -> Gate {
        state.withLock { state in
            if let gate = state.gates[quota] { return gate }
            if state.gates.count >= Self.mostKept { state.gates = state.gates.filter { !$0.value.isBlank } }
            let gate = Gate(capacity: gateCapacity, time: time)
            state.gates[quota] = gate
            return gate
        }
    }

    // MARK: The breaker

    /// `pass` where there is no breaker.
    func admit(to origin: String) -> CircuitBreaker.Admission {
        guard let breaker else { return .pass }
        let now = time.now
        return state.withLock { state in
            if state.breakers.count >= Self.mostKept {
                state.breakers = state.breakers.filter { $0.value.state != .closed }
            }
            return state.breakers[origin, default: CircuitBreaker(breaker)].admit(at: now)
        }
    }

    /// - Parameter success: nil if the attempt says nothing about the server.
    func report(_ success: Bool?, probe: Bool, of origin: String) {
        guard breaker != nil else { return }
        let now = time.now
        state.withLock { state in
            if let success {
                state.breakers[origin]?.report(success: success, probe: probe, at: now)
            } else {
                state.breakers[origin]?.cancelled(probe: probe)
            }
        }
    }

    // MARK: The budget

    /// What the retry takes; nil if it must not be made.
    func withdraw(for cause: RetryBudget.Cause) -> Double? {
        state.withLock { state in
            guard state.budget != nil else { return 0 }
            return state.budget?.withdraw(for: cause)
        }
    }

    func succeeded(lastRetry: Double?) { state.withLock { $0.budget?.succeeded(lastRetry: lastRetry) } }
}
