public import Fixtures
public import HTTPSemantics
public import Journal
public import RateLimiting

/// One fake upstream as a pure state machine: (state, request, now) → plan.
///
/// The state lives in one place, is changed in place and never copied out. Deciding and rendering are separate,
/// so that a simulation uses the first alone.
public struct Upstream: Sendable {
    let prepared: PreparedFixture
    public var fixture: Fixture { prepared.fixture }
    /// The lane's civil time, the fixture's skew included. Windows of limits follow it.
    public let wall: WallLine
    /// How far the civil clock was set since: what dates are printed with.
    public private(set) var clockStep = Duration.zero
    private let keyCapacity: Int
    /// `nil`: nobody wants to read who has which key.
    let redaction: Redaction?
    private var state: State
    /// They know nothing of requests, so a reset leaves them as they are.
    private var repeated: RepeatedReplies
    private var date = DateText()

    /// All that requests change.
    private struct State: Sendable {
        /// In the order of the fixture's limits.
        var limiters: [any RateLimiter]
        /// In the order of the fixture's routes.
        var scripts: [ScriptProgress]
        /// Answers kept for idempotency keys.
        var answers = AnswerStore()
        /// Successes decided, in the order of the fixture's routes.
        var effects: [Int]
        /// A position in the fixture's connection faults, when it began, and the connections that it has taken.
        var connectionStep = 0
        var connectionStepBegan: Instant
        var connections = 0
        /// What delays are drawn from.
        var delays: SeededGenerator
        /// A position in the fixture's states.
        var current = 0
        /// What conditions count their time from.
        let began: Instant
        var names: CallerNames?

        init(_ fixture: Fixture, wall: WallLine, keyCapacity: Int, redaction: Redaction?, at now: Instant) {
            began = now
            connectionStepBegan = now
            names = redaction.map { CallerNames($0, of: fixture) }
            delays = SeededGenerator(seed: fixture.seed)
            effects = fixture.routes.map { _ in 0 }
            limiters = fixture.limits.map { $0.makeLimiter(wall: wall, keyCapacity: keyCapacity) }
            scripts = fixture.routes.map { ScriptProgress($0, keyCapacity: keyCapacity) }
        }
    }

    /// - Parameters:
    ///   - wall: the lane's civil time, the fixture's skew included.
    ///   - keyCapacity: how many callers a limit and how many callers or calls a script keeps apart at most. Beyond
    ///     it the least recently seen one starts afresh.
    ///   - redaction: makes the names of callers fit to be read in ``limits(keysAtMost:at:)``. `nil`: none are kept.
    public init(
        fixture: Fixture, wall: WallLine, keyCapacity: Int = LimitPolicy.defaultKeyCapacity, redaction: Redaction? = nil
    ) {
        prepared = PreparedFixture(fixture)
        self.wall = wall
        self.keyCapacity = keyCapacity
        self.redaction = redaction
        repeated = RepeatedReplies(fixture)
        state = State(fixture, wall: wall, keyCapacity: keyCapacity, redaction: redaction, at: .zero)
    }

    /// Decides about a request that has been read completely, and reports `.decided` to the journal.
    ///
    /// - Parameter now: never earlier than in a previous call.
    public mutating func answer(
        _ request: borrowing UpstreamRequest, at now: Instant, journal: (JournalEntry.Event) -> Void
    ) -> ReplyPlan {
        let plan = decide(request, at: now)
        journal(.decided(decision(plan)))
        return plan
    }

    /// Decides about a request: all limits of its route are asked, then all are charged, then the script advances.
    ///
    /// - Parameter now: never earlier than in a previous call.
    public mutating func decide(_ request: borrowing UpstreamRequest, at now: Instant) -> ReplyPlan {
        let target = RequestTarget(request.target)
        guard let route = prepared.router.route(method: request.method, target: target) else {
            return ReplyPlan(outcome: .unmatched, status: 404)
        }
        var (limits, queued) = ask(limitsOf: route, request, target, at: now)
        for limit in limits {
            state.names?.note(
                limit.limit, limit.key, of: request, target: target, route: prepared.fixture.routes[route].match)
        }
        if limits.contains(where: { !$0.admits }) { return refuse(route, &limits, at: now) }
        charge(&limits, at: now) { _, cost in cost }
        let key = idempotencyKey(route, request, target)
        if let key, var plan = planFromKeptAnswers(route, key, request, limits, at: now) {
            plan.delay = queued
            return plan
        }
        let scriptKey = scriptKey(route, request, target)
        // The closure that asks conditions holds a copy of the request, and few routes have any.
        let (attempt, reply) =
            state.scripts[route].isConditional
            ? state.scripts[route].next(
                for: scriptKey, where: condition(of: route, copy request, target, at: now))
            : state.scripts[route].next(for: scriptKey, where: { _, _ in true })
        guard let reply else {
            return ReplyPlan(
                outcome: .exhausted(route: route), attempt: attempt, limits: limits, status: 500, delay: queued,
                idempotencyKey: key)
        }
        if let next = prepared.fixture.routes[route].replies[reply].nextState { state.current = next }
        var plan = plan(route, reply, attempt, limits, target)
        if queued != .zero { plan.delay += queued }
        plan.idempotencyKey = key
        guard plan.isSuccess else { return plan }
        state.effects[route] += 1
        if let key { state.answers.prepare(render(plan, for: copy request, at: now), for: key) }
        return plan
    }

    /// What the limits of a route say to a request that is not charged yet, and how long they would queue it.
    private func ask(
        limitsOf route: Int, _ request: borrowing UpstreamRequest, _ target: RequestTarget, at now: Instant
    ) -> (limits: [ReplyPlan.LimitState], queued: Duration) {
        var queued = Duration.zero
        var limits: [ReplyPlan.LimitState] = []
        limits.reserveCapacity(prepared.fixture.routes[route].limits.count)
        for limit in prepared.fixture.routes[route].limits {
            let key = prepared.callers[limit].key(
                of: request, target: target, route: prepared.fixture.routes[route].match)
            let cost = prepared.fixture.limits[limit].cost.value(for: request)
            let assessment = state.limiters[limit].assess(key, cost: cost, at: now)
            queued = max(queued, assessment.delay)
            limits.append(ReplyPlan.LimitState(limit: limit, key: key, cost: cost, assessment))
        }
        return (limits, queued)
    }

    /// Decides about a request of which only the header section is there, if the reply to it breaks before the rest
    /// has come, and reports `.decided` to the journal. A cost in the body counts as if it were not there, and a
    /// request with an idempotency key, which stands for its body too, is read to its end.
    ///
    /// - Parameter now: never earlier than in a previous call.
    /// - Returns: `nil` where the request is to be read to its end first.
    public mutating func interrupt(
        _ request: borrowing UpstreamRequest, at now: Instant, journal: (JournalEntry.Event) -> Void
    ) -> ReplyPlan? {
        guard prepared.mayInterrupt else { return nil }
        let target = RequestTarget(request.target)
        guard let route = prepared.router.route(method: request.method, target: target),
            idempotencyKey(route, request, target) == nil,
            let reply = state.scripts[route].upcoming(
                for: scriptKey(route, request, target), where: condition(of: route, copy request, target, at: now)),
            prepared.fixture.routes[route].replies[reply].fault?.point.isWithinRequest == true,
            ask(limitsOf: route, request, target, at: now).limits.allSatisfy(\.admits)
        else { return nil }
        return answer(request, at: now, journal: journal)
    }

    /// Decides what happens to a connection before a request exists.
    ///
    /// - Parameter now: never earlier than in a previous call.
    public mutating func connect(at now: Instant) -> ConnectionFault.Action {
        guard endOfRefusal(at: now) == nil else { return .refuse }
        guard state.connectionStep < prepared.fixture.connections.count else { return .accept }
        let step = prepared.fixture.connections[state.connectionStep]
        state.connections += 1
        if state.connections == step.times { beginNextConnectionStep(at: now) }
        return step.action
    }

    /// Until when connections are refused; `nil` where they are not. A server asks at the beginning, after a reset, after
    /// each ``connect(at:)``, and at the instant that it was told.
    ///
    /// - Parameter now: never earlier than in a previous call.
    public mutating func endOfRefusal(at now: Instant) -> Instant? {
        while state.connectionStep < prepared.fixture.connections.count {
            let step = prepared.fixture.connections[state.connectionStep]
            guard step.action == .refuse else { return nil }
            let end = state.connectionStepBegan + step.duration
            guard end <= now else { return end }
            beginNextConnectionStep(at: end)
        }
        return nil
    }

    private mutating func beginNextConnectionStep(at instant: Instant) {
        state.connectionStep += 1
        state.connectionStepBegan = instant
        state.connections = 0
    }

    /// The key of a request that has one; a caller's keys are its own. Safe methods need none
    /// (draft-ietf-httpapi-idempotency-key-header section 1).
    private func idempotencyKey(
        _ route: Int, _ request: borrowing UpstreamRequest, _ target: RequestTarget
    ) -> LimitKey? {
        guard let idempotency = prepared.fixture.idempotency,
            !["GET", "HEAD", "OPTIONS", "TRACE"].contains(request.method),
            let value = request.fields.firstValue(of: idempotency.header)
        else { return nil }
        var key = prepared.caller.key(of: request, target: target, route: prepared.fixture.routes[route].match)
        key.combine(with: LimitKey(value))
        return key
    }

    /// What is answered to a request whose key is known; `nil` for one that is new.
    private mutating func planFromKeptAnswers(
        _ route: Int, _ key: LimitKey, _ request: borrowing UpstreamRequest, _ limits: [ReplyPlan.LimitState],
        at now: Instant
    ) -> ReplyPlan? {
        switch state.answers.find(key, request: LimitKey(sameRequestAs: request), at: now) {
        case .unknown: nil
        case .answered(let reply):
            ReplyPlan(outcome: .replayed(route: route, reply), limits: limits, status: reply.status)
        case .underWay: ReplyPlan(outcome: .keyInUse(route: route), limits: limits, status: 409)
        case .otherRequest: ReplyPlan(outcome: .keyReused(route: route), limits: limits, status: 422)
        }
    }

    /// Renders the response of a plan at the instant of sending, and keeps it if an idempotency key asks for it.
    public mutating func send(
        _ plan: ReplyPlan, for request: UpstreamRequest, at now: Instant
    ) -> RenderedReply {
        let sent = sendTime(now)
        if case .script(let route, let position) = plan.outcome, plan.idempotencyKey == nil, plan.status != 0 {
            if let reply = repeated.reply(route, position, at: now) { return reply }
            var reply = render(plan, for: request, sent, date: date.text(at: sent.time))
            repeated.keep(&reply, route, position, at: sent)
            return reply
        }
        let reply = render(plan, for: request, sent, date: date.text(at: sent.time))
        if let key = plan.idempotencyKey, plan.isSuccess, let idempotency = prepared.fixture.idempotency {
            state.answers.keep(reply, for: key, until: now + idempotency.keep)
        }
        return reply
    }

    /// Whether the condition of a reply of a route holds, the route being asked for the time with a number.
    private func condition(
        of route: Int, _ request: UpstreamRequest, _ target: RequestTarget, at now: Instant
    ) -> (_ reply: Int, _ number: Int) -> Bool {
        let (current, elapsed) = (state.current, now - state.began)
        return { [fixture = prepared.fixture] reply, number in
            let draw = Condition.Draw(seed: fixture.seed, route: route, reply: reply, number: number)
            return fixture.routes[route].replies[reply].condition?.holds(
                for: (request, target), in: current, after: elapsed, draw) ?? true
        }
    }

    /// Gives back what the request of a plan held, when its response has ended: concurrency limits, and its
    /// idempotency key if no answer was kept.
    public mutating func finish(_ plan: ReplyPlan, at now: Instant) {
        if let key = plan.idempotencyKey, let idempotency = prepared.fixture.idempotency {
            state.answers.finish(key, until: now + idempotency.keep)
        }
        if case .refused = plan.outcome { return }
        for limit in plan.limits { state.limiters[limit.limit].release(limit.key, cost: limit.cost, at: now) }
    }

    /// Sets the civil clock: it jumps ahead, or back. Dates follow it from now on; limits and waits do not, because
    /// no time has passed.
    public mutating func stepClock(by duration: Duration) {
        clockStep += duration
        repeated.forget()
    }

    /// Forgets every request. What a fixture schedules begins again at `now`, and its clock was never set.
    public mutating func reset(at now: Instant) {
        clockStep = .zero
        repeated.forget()
        state = State(fixture, wall: wall, keyCapacity: keyCapacity, redaction: redaction, at: now)
    }

    func limiter(_ limit: Int) -> any RateLimiter { state.limiters[limit] }

    /// Who has a key of a limit, as far as that is known.
    func name(of key: LimitKey, _ limit: Int) -> CallerName? { state.names?[limit, key] }

    /// How much of each script was consumed; routes whose script has no bounded replies are left out.
    public var accounting: [ScriptAccount] {
        zip(fixture.routes, state.scripts).compactMap { route, script in
            let (scripted, consumed) = script.account
            return scripted == 0
                ? nil : ScriptAccount(route: route.match.text, scripted: scripted, consumed: consumed)
        }
    }

    /// How often each route did its work; those that never did are left out.
    public var effects: [RouteEffects] {
        zip(fixture.routes, state.effects).compactMap { route, count in
            count == 0 ? nil : RouteEffects(route: route.match.text, effects: count)
        }
    }

    /// The methods for which the path of a request has a route, for the body of a 404.
    func methods(for target: RequestTarget) -> [String] { prepared.router.methods(target: target) }

    private mutating func refuse(
        _ route: Int, _ limits: inout [ReplyPlan.LimitState], at now: Instant
    ) -> ReplyPlan {
        let refusing = limits.indices.filter { !limits[$0].admits }
        for position in refusing {
            state.limiters[limits[position].limit].noteRefusal(limits[position].key, at: now)
        }
        charge(&limits, at: now) { [prepared] limit, cost in
            switch prepared.fixture.limits[limit].refusedCost {
            case .nothing: nil
            case .full: cost
            case .constant(let cost): cost
            }
        }
        let tightest = limits[refusing.max { limits[$0].isLooser(than: limits[$1]) } ?? 0]
        let refusal = prepared.refusal(of: tightest.limit, cause: tightest.cause)
        let ban = tightest.block == .ban ? prepared.fixture.limits[tightest.limit].escalation?.status : nil
        return ReplyPlan(
            outcome: .refused(route: route, limit: tightest.limit), limits: limits,
            status: ban ?? prepared.fixture.dialect.refusals[refusal].response.status)
    }

    /// Charges the limits for which there is a cost and notes what all of them say afterwards.
    private mutating func charge(
        _ limits: inout [ReplyPlan.LimitState], at now: Instant,
        _ charged: (_ limit: Int, _ cost: Int64) -> Int64?
    ) {
        for limit in limits {
            guard let cost = charged(limit.limit, limit.cost) else { continue }
            state.limiters[limit.limit].charge(limit.key, cost: cost, at: now)
        }
        for position in limits.indices {
            let (limit, key, cost) = (limits[position].limit, limits[position].key, limits[position].cost)
            limits[position] = ReplyPlan.LimitState(
                limit: limit, key: key, cost: cost, state.limiters[limit].assess(key, cost: cost, at: now))
        }
    }

    private func scriptKey(
        _ route: Int, _ request: borrowing UpstreamRequest, _ target: RequestTarget
    ) -> LimitKey {
        switch prepared.fixture.routes[route].scriptScope {
        case .route: .shared
        case .caller:
            prepared.caller.key(of: request, target: target, route: prepared.fixture.routes[route].match)
        case .call: LimitKey(callOf: request)
        }
    }

    private mutating func plan(
        _ route: Int, _ position: Int, _ attempt: Int, _ limits: [ReplyPlan.LimitState], _ target: RequestTarget
    ) -> ReplyPlan {
        let settled = prepared.reply(route, position)
        let outcome = ReplyPlan.Outcome.script(route: route, reply: position)
        if settled.isPlain {
            return ReplyPlan(outcome: outcome, attempt: attempt, limits: limits, status: settled.status)
        }
        let reply = prepared.fixture.routes[route].replies[position]
        var status = settled.status
        if case .files(let files) = reply.content {
            status = files.file(for: target, prepared.fixture.routes[route].match) == nil ? 404 : 200
        }
        return ReplyPlan(
            outcome: outcome, attempt: attempt, limits: limits,
            status: reply.fault?.isSilent == true ? 0 : status, delay: reply.delay.draw(&state.delays),
            sendPhase: reply.sendPhase, hold: reply.hold, fault: reply.fault, delivery: reply.delivery)
    }
}

extension ReplyPlan.LimitState {
    /// Why it refuses, if it does.
    var cause: Dialect.Cause {
        if block == .ban { return .ban }
        if cost > capacity { return .tooLarge }
        return retryAt == nil ? .concurrency : .rate
    }

    /// Of limits that refuse, the tightest decides: one that bans, then one that never opens or of which nobody can
    /// say when, then the one that opens last.
    fileprivate func isLooser(than other: ReplyPlan.LimitState) -> Bool {
        if (block == .ban) != (other.block == .ban) { return other.block == .ban }
        guard let otherInstant = other.retryAt else { return retryAt != nil }
        return (retryAt ?? .distantFuture) < otherInstant
    }
}

extension ReplyPlan {
    /// Whether the upstream does what the request asks for, and says so.
    var isSuccess: Bool {
        if case .script = outcome { (200..<300).contains(status) } else { false }
    }
}
