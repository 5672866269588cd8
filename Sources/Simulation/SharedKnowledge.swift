public import Backoff
public import HTTPSemantics

/// What the calls of one simulated process know together, as those of a real client do: the gate of their quota, the
/// budget of their retries, and the breaker of their server.
public struct SharedKnowledge: Sendable {
    /// `nil`: every call is on its own.
    public var gate: PacingGate?
    /// `nil`: as many retries as the policy says for each call.
    public var budget: RetryBudget?
    /// `nil`: a server that fails is asked all the same.
    public var breaker: CircuitBreaker?

    public init(
        gate: PacingGate? = PacingGate(), budget: RetryBudget? = RetryBudget(.aws), breaker: CircuitBreaker? = nil
    ) {
        self.gate = gate
        self.budget = budget
        self.breaker = breaker
    }

    /// What the calls of one client of a fleet share.
    init(_ policy: ClientPolicy) {
        self.init(
            gate: policy.hasGate ? PacingGate() : nil, budget: policy.budget.map { RetryBudget($0) },
            breaker: policy.breaker.map { CircuitBreaker($0) })
    }

    /// The right to make one attempt, and what the call owes for it.
    public struct Pass: Sendable {
        fileprivate var ticket: PacingGate.Ticket?
        fileprivate var isProbe = false
        /// What the call's last retry took from the budget.
        fileprivate var withdrawn: Double?

        public init() {}
    }

    /// Asks for an attempt of a call.
    ///
    /// - Parameter latest: a call that would have to wait for longer is refused.
    public mutating func admit(
        _ pass: inout Pass, at now: Instant, latest: @autoclosure () -> Instant
    ) -> Admission {
        switch gate?.admit(at: now) {
        case nil: pass.ticket = nil
        case .go(let ticket): pass.ticket = ticket
        case .wait(let until): return (until ?? now) > latest() ? .refuse : .wait(until: until)
        }
        switch breaker?.admit(at: now) {
        case nil, .pass: pass.isProbe = false
        case .probe: pass.isProbe = true
        case .refused:
            if let ticket = pass.ticket { gate?.cancelled(ticket) }
            pass.ticket = nil
            return .refuse
        }
        return .send
    }

    /// An attempt has ended.
    ///
    /// - Parameter wait: what is waited instead of a wait that was announced; `nil`: what was announced.
    public mutating func finished(
        _ pass: inout Pass, _ outcome: AttemptOutcome, waiting wait: Duration? = nil, at now: Instant,
        received: WallTime
    ) {
        if let ticket = pass.ticket {
            gate?.finished(ticket, outcome.quota(received: received, waiting: wait), at: now)
        }
        pass.ticket = nil
        breaker?.report(success: outcome.isHealthy, probe: pass.isProbe, at: now)
    }

    /// An attempt of a fleet's call has ended.
    ///
    /// - Parameter announced: the wait that the response asks for, in nanoseconds; negative: none.
    mutating func finished(_ pass: inout Pass, _ outcome: PolicyTable.Outcome, announced: Int64, at now: Instant) {
        if let ticket = pass.ticket {
            let said: PacingGate.Outcome =
                switch outcome {
                case .succeeded: .admitted(nil)
                case .throttled: .refused(wait: announced < 0 ? nil : .nanoseconds(announced), nil)
                case .failed, .timedOut: .unknown
                }
            gate?.finished(ticket, said, at: now)
        }
        pass.ticket = nil
        breaker?.report(success: outcome == .succeeded || outcome == .throttled, probe: pass.isProbe, at: now)
    }

    /// Takes what a retry costs.
    ///
    /// - Returns: false if it must not be made.
    public mutating func mayRetry(_ pass: inout Pass, after outcome: AttemptOutcome) -> Bool {
        mayRetry(&pass, isThrottled: outcome.isThrottled)
    }

    /// The same, for a fleet.
    mutating func mayRetry(_ pass: inout Pass, isThrottled: Bool) -> Bool {
        guard budget != nil else { return true }
        pass.withdrawn = budget?.withdraw(for: isThrottled ? .throttled : .transient)
        return pass.withdrawn != nil
    }

    public mutating func succeeded(_ pass: Pass) { budget?.succeeded(lastRetry: pass.withdrawn) }
}

extension AttemptOutcome {
    fileprivate var isThrottled: Bool {
        if case .response(let response) = self { response.status == 429 } else { false }
    }

    /// Whether the server works, a refusal by a limit included.
    fileprivate var isHealthy: Bool {
        if case .response(let response) = self { response.status < 500 } else { false }
    }

    /// What the end of an attempt says of the caller's quota.
    fileprivate func quota(received: WallTime, waiting: Duration?) -> PacingGate.Outcome {
        guard case .response(let response) = self else { return .unknown }
        let fields = response.fields
        var announced = response.status >= 400 ? WaitAnnouncement(fields, received: received).wait : nil
        if let waiting, announced != nil { announced = waiting }
        let sent = fields["Date"].flatMap { HTTPDate.parse($0, reference: received) }?.time ?? received
        let quota = RateLimitFields(fields, received: sent)
        if response.status == 429 || (announced ?? .zero) > .zero {
            return .refused(wait: announced ?? quota.wait, quota)
        }
        return response.status >= 500 ? .unknown : .admitted(quota)
    }
}
