import Backoff
public import HTTPSemantics
public import Simulation
public import Upstream

/// A client process that behaves as it is told, in virtual time and over sockets alike.
public struct ModelClient: SimulatedClient {
    public var behaviour: Behaviour
    public var errand: Errand
    private var generator: SeededGenerator?
    private var shared: SharedKnowledge
    private var retries = 0

    /// What the process is to do.
    public struct Errand: Sendable {
        public var method: String
        public var body: [UInt8]
        /// Each call has a target of its own: `/0`, `/1`, …
        public var isMany: Bool
        public var deadline: Duration?

        public init(method: String = "GET", body: [UInt8] = [], isMany: Bool = false, deadline: Duration? = nil) {
            self.method = method
            self.body = body
            self.isMany = isMany
            self.deadline = deadline
        }
    }

    public struct Call: Sendable {
        var state: RetryState
        var loop = 1
        var moment: Behaviour.Moment
        var pass = SharedKnowledge.Pass()
        /// The request as the model sends it.
        var request: UpstreamRequest
    }

    /// - Parameter started: the civil time at which the process starts.
    public init(_ behaviour: Behaviour, _ errand: Errand = Errand(), started: WallTime) {
        self.behaviour = behaviour
        self.errand = errand
        shared = behaviour.shared
        if behaviour.knowsDeadline, let deadline = errand.deadline { self.behaviour.policy.deadline = deadline }
        switch behaviour.chance {
        case .own: break
        case .constant: generator = SeededGenerator(seed: 42)
        case .time(let unit):
            let elapsed = started - WallTime(secondsSinceEpoch: 0)
            generator = SeededGenerator(seed: UInt64(elapsed / unit))
        }
    }

    public mutating func begin(_ number: Int, at now: Instant, using generator: inout SeededGenerator) -> Call {
        // What logs of both sides find the call by; the same for all its attempts.
        var fields = FieldBlock([("X-Correlation-Id", String(generator.next(), radix: 16))])
        if errand.method != "GET" {
            fields.append("Content-Type", "application/octet-stream")
            // A key is chance that nobody may share, whatever the delays are drawn from.
            fields.append("Idempotency-Key", "\"\(String(generator.next(), radix: 16))\"")
        }
        let request = UpstreamRequest(
            method: errand.method, target: errand.isMany ? "/\(number)" : "/", fields: fields, body: errand.body)
        var moment = Behaviour.Moment(
            call: number, attempt: 0, began: now, now: now, wall: WallTime(secondsSinceEpoch: 0), request: request,
            policy: behaviour.policy)
        moment.retriesBefore = retries
        return Call(
            state: RetryState(
                policy: behaviour.policy, request: RetryState.Request(request), at: now, keepsHistory: false),
            moment: moment, request: request)
    }

    public mutating func admit(_ call: inout Call, at now: Instant) -> Admission {
        shared.admit(&call.pass, at: now, latest: behaviour.policy.latestAttempt(call.state.deadline, at: now))
    }

    public mutating func request(
        _ call: inout Call, at now: Instant, using generator: inout SeededGenerator
    ) -> UpstreamRequest {
        call.moment.attempt += 1
        call.moment.now = now
        var request = call.request
        behaviour.send?(&request, call.moment)
        call.moment.request = request
        call.state.begin(at: now)
        return request
    }

    public func timeout(of call: Call, at now: Instant) -> Duration? {
        guard let timeout = behaviour.attemptTimeout else { return nil }
        return call.state.deadline.map { min(timeout, max(.zero, $0 - now)) } ?? timeout
    }

    public mutating func next(
        after outcome: AttemptOutcome, in call: inout Call, at now: Instant, received: WallTime,
        using given: inout SeededGenerator
    ) -> NextStep {
        guard var own = generator else {
            return next(after: outcome, in: &call, at: now, received: received, drawing: &given)
        }
        defer { generator = own }
        return next(after: outcome, in: &call, at: now, received: received, drawing: &own)
    }

    private mutating func next(
        after outcome: AttemptOutcome, in call: inout Call, at now: Instant, received: WallTime,
        drawing generator: inout SeededGenerator
    ) -> NextStep {
        call.moment.now = now
        call.moment.wall = received
        call.moment.outcome = outcome
        var heard = outcome
        behaviour.hear?(&heard, call.moment)
        var (decision, status) = call.state.ended(heard, at: now, received: received, using: &generator)
        follow(heard, &decision, in: &call)
        if case .giveUp(.attemptsExhausted) = decision, call.loop < behaviour.loops {
            call.loop += 1
            call.state = RetryState(policy: behaviour.policy, request: call.state.request, at: now, keepsHistory: false)
            let pause = Int64.random(in: 500...1_500, using: &generator)
            decision = .wait(.milliseconds(pause), .backoff)
        }
        let usual = decision
        behaviour.decide?(&decision, call.moment, &generator)
        share(&decision, insteadOf: usual, after: heard, status, of: &call)
        var step = NextStep(decision, status: status)
        behaviour.step?(&step, call.moment)
        if case .wait(_, let reason) = decision {
            retries += 1
            if case .announced(let announced) = reason { call.moment.announcedBefore = announced }
        }
        return step
    }

    public func output(of call: Call, after last: AttemptOutcome) -> [UInt8] {
        guard case .response(let response) = last else { return [] }
        var output = response.body
        behaviour.output?(&output, call.moment)
        return output
    }

    /// A redirect within its origin is followed, after the wait that it asks for.
    private func follow(_ heard: AttemptOutcome, _ decision: inout RetryDecision, in call: inout Call) {
        guard case .response(let response) = heard, [301, 302, 303, 307, 308].contains(response.status),
            let location = response.fields["Location"], location.hasPrefix("/"), call.moment.attempt < 10
        else { return }
        call.request.target = Array(location.utf8)
        let wait = WaitAnnouncement(response.fields, received: call.moment.wall).wait ?? .zero
        decision = .wait(max(.zero, wait), .announced(max(.zero, wait)))
    }

    /// What the other calls learn of it. They are no wiser than this one: a wait that it mistakes, they mistake.
    private mutating func share(
        _ decision: inout RetryDecision, insteadOf usual: RetryDecision, after heard: AttemptOutcome, _ status: Int?,
        of call: inout Call
    ) {
        var waiting: Duration?
        if decision != usual, case .wait(let wait, _) = decision { waiting = wait }
        shared.finished(
            &call.pass, heard, waiting: waiting, at: call.moment.now, received: call.moment.wall)
        switch decision {
        case .wait: if !shared.mayRetry(&call.pass, after: heard) { decision = call.state.forgo(.budgetEmpty) }
        case .finish: if let status, status < 500 { shared.succeeded(call.pass) }
        case .giveUp: break
        }
    }
}
