internal import Fixtures
internal import HTTPSemantics
internal import Journal
internal import Upstream

/// A lane as the loop has it: an upstream, its journal, its clock line, and the service that joins them to a port.
///
/// `@unchecked Sendable`: it belongs to the loop thread; others only carry it into calls on that thread.
final class LaneState: @unchecked Sendable {
    let name: String
    let url: String
    /// PEM of the authority behind the server's throw-away certificates, where the lane speaks TLS.
    let authority: String?
    let isEncrypted: Bool
    let port: UInt16
    let line: LaneLine
    let timers: LaneTimers
    let bodyLimit: Int
    private let requestLimit: Int?
    private let shared: SharedState
    private(set) var daemon: Daemon?

    private var upstream: Upstream
    private var source: FixtureSource?
    /// How often the lane was given another fixture.
    private var edition = 0
    private var recorder: Recorder
    private var exchangesSoFar: UInt64 = 0
    /// How often the lane was reset.
    private var life = 0
    private var lastActivity: Int64
    /// When somebody last sent a request or asked about the lane.
    private(set) var lastUse: Int64
    private var counted: LaneFigures
    /// The end of the time in which the port refuses connections.
    private var portAlarm: LaneTimers.Alarm?
    /// Steps of the civil clock that are to come.
    private var clockAlarms: [LaneTimers.Alarm] = []
    /// What the fixture that the lane was made with says of its clock; others do not change it.
    private let clockSteps: [ClockStep]

    init(
        _ fixture: Fixture, name: String, on listener: consuming Listener, requestLimit: Int?, clock: LaneClock,
        tls: Bool, shared: SharedState, source: FixtureSource?
    ) throws(ServerError) {
        let configuration = shared.configuration
        self.name = name
        let isEncrypted = tls || fixture.certificate != nil
        let identity = isEncrypted ? try shared.identity(fixture.certificate) : nil
        self.isEncrypted = isEncrypted
        authority = isEncrypted ? shared.authority?.certificate : nil
        url = "\(isEncrypted ? "https" : "http")://\(listener.address.authority)"
        port = listener.address.port
        self.requestLimit = requestLimit
        self.shared = shared
        bodyLimit = configuration.bodyLimit
        line = LaneLine(skew: fixture.clockSkew, clock: clock)
        timers = LaneTimers(line: line, loop: shared.loop)
        upstream = Upstream(fixture: fixture, wall: line.wall, redaction: shared.redaction)
        recorder = Recorder(capacity: configuration.journalCapacity)
        lastActivity = line.zero
        lastUse = line.zero
        self.source = source
        clockSteps = fixture.clockSteps
        counted = LaneFigures(name: name)
        daemon = try Daemon(
            on: listener, loop: shared.loop, service: self, settings: configuration.daemonSettings,
            identity: identity)
        shared.sentinel.noteActivity(at: lastActivity)
        settlePort()
        scheduleClockSteps(from: .zero)
    }

    var fixture: Fixture { upstream.fixture }

    // MARK: For those outside

    func slice(since number: UInt64) -> JournalSlice { recorder.slice(since: number) }

    /// Answers as soon as `count` entries from `number` on exist, or at the latest at `deadline`.
    func slice(
        since number: UInt64, waitingFor count: Int, until deadline: Int64, _ answer: @escaping (JournalSlice) -> Void
    ) {
        guard daemon != nil, let waiter = recorder.wait(since: number, for: count, answer) else {
            return answer(slice(since: number))
        }
        _ = shared.loop.schedule(at: deadline) { [weak self] in self?.recorder.giveUp(waiter) }
    }

    var served: ServedFixture { ServedFixture(fixture: fixture, source: source) }

    /// Serves another fixture from the next request on: limits and scripts start afresh, the journal goes on, and so
    /// does the clock line, the skew of the fixture that the lane was made with included. Replies that wait are sent
    /// as they were decided.
    func replaceFixture(_ fixture: Fixture, source: FixtureSource?) {
        for exchange in daemon?.parkedExchanges ?? [] where exchange.ofLane.formerUpstream == nil {
            exchange.ofLane.formerUpstream = upstream
        }
        edition += 1
        let step = upstream.clockStep
        upstream = Upstream(fixture: fixture, wall: line.wall, redaction: shared.redaction)
        upstream.reset(at: line.now())
        upstream.stepClock(by: step)
        self.source = source
        settlePort()
        shared.configuration.logger.fixtureReplaced(self)
    }

    /// Somebody asks about the lane, so it is not forgotten.
    func touch() { lastUse = MonotonicClock.now() }

    var figures: LaneFigures {
        var figures = counted
        figures.connections = UInt64(daemon?.openConnections ?? 0)
        figures.inFlight = UInt64(exchangesInFlight)
        figures.parked = UInt64(daemon?.parkedCount ?? 0)
        figures.entries += recorder.entriesSoFar
        figures.dropped += recorder.dropped
        return figures
    }

    /// The limits as they stand, and when that is.
    func limits(keysAtMost count: Int) -> (now: Instant, limits: [LimitUsage]) {
        let now = line.now()
        return (now, upstream.limits(keysAtMost: count, at: now))
    }

    var accounting: [ScriptAccount] { upstream.accounting }
    var effects: [RouteEffects] { upstream.effects }

    /// Moves a manual line, and says where it stands then; `nil` if the line is not manual.
    func advance(by duration: Duration, _ answer: @escaping (Instant?) -> Void) {
        guard line.clock == .manual, daemon != nil else { return answer(nil) }
        timers.advance(by: duration) { [line] in answer(line.now()) }
    }

    /// Sets the lane's civil clock: dates follow from the next reply on, those of replies that wait included.
    ///
    /// - Returns: when that was; `nil` if the lane has ended.
    func stepClock(by duration: Duration) -> Instant? {
        guard daemon != nil else { return nil }
        let now = line.now()
        upstream.stepClock(by: duration)
        for exchange in daemon?.parkedExchanges ?? [] { exchange.ofLane.formerUpstream?.stepClock(by: duration) }
        line.setWall(by: upstream.clockStep)
        append(.clockStepped(by: duration), exchange: 0, at: now)
        shared.configuration.logger.clockSet(self, by: duration)
        return now
    }

    private func scheduleClockSteps(from start: Instant) {
        for alarm in clockAlarms { timers.cancel(alarm) }
        clockAlarms = clockSteps.map { step in
            timers.schedule(at: start + step.at) { [weak self] in _ = self?.stepClock(by: step.by) }
        }
    }

    /// Everything is as it was when the lane began, but its clock line goes on. What is still parked is answered
    /// as it was decided, and leaves no trace.
    func reset() {
        life += 1
        exchangesSoFar = 0
        upstream.reset(at: line.now())
        counted.entries += recorder.entriesSoFar
        counted.dropped += recorder.dropped
        recorder.reset()
        settlePort()
        line.setWall(by: .zero)
        scheduleClockSteps(from: line.now())
        shared.configuration.logger.laneReset(self)
    }

    /// Opens or closes the port, as the step of `connections` says that the upstream has come to.
    private func settlePort() {
        if let portAlarm { timers.cancel(portAlarm) }
        portAlarm = nil
        guard let end = upstream.endOfRefusal(at: line.now()) else {
            daemon?.openPort()
            return
        }
        daemon?.refuseConnections()
        portAlarm = timers.schedule(at: end) { [weak self] in self?.settlePort() }
    }

    func drain() { daemon?.drain() }

    var exchangesInFlight: Int { daemon?.exchangesInFlight ?? 0 }

    func close() {
        daemon?.stop()
        daemon = nil
        recorder.close()
        timers.close()
    }

    /// - Returns: whether anybody can have noticed.
    func noteStall(from: Int64, until: Int64) -> Bool {
        // On a manual line nothing can be late.
        guard line.clock == .real, exchangesInFlight > 0 || until - lastActivity < StallSentinel.attention else {
            return false
        }
        let stall = Stall(from: line.instant(ofMonotonic: from), until: line.instant(ofMonotonic: until))
        counted.stalls += 1
        append(.stalled(stall), exchange: 0, at: stall.until)
        return true
    }

    /// The hold of an exchange is over, and that is when its reply is due.
    func release(_ exchange: LaneExchange, at now: Int64) {
        exchange.due = line.instant(ofMonotonic: now)
        goOn(exchange)
    }

    /// A wait of an exchange is over.
    private func goOn(_ exchange: LaneExchange) {
        guard exchange.phase == .parked, !exchange.hasEnded else { return }
        guard !startNextWait(of: exchange, from: line.now()) else { return }
        timers.setOff(exchange)
        daemon?.resume(exchange)
    }

    // MARK: Recording

    private func record(_ event: JournalEntry.Event, of exchange: LaneExchange, at instant: Instant) {
        guard exchange.life == life else { return }
        append(event, exchange: exchange.request.exchange, at: instant)
    }

    private func append(_ event: JournalEntry.Event, exchange: UInt64, at instant: Instant) {
        let wasFull = recorder.dropped > 0
        recorder.append(event, exchange: exchange, at: instant)
        if !wasFull, recorder.dropped > 0 { shared.configuration.logger.journalFull(self) }
    }

    private func now(noting exchange: LaneExchange) -> Instant {
        let now = MonotonicClock.now()
        lastActivity = now
        lastUse = now
        shared.sentinel.noteActivity(at: now)
        return line.instant(ofMonotonic: now)
    }
}

extension LaneState: Service {
    func begin(on connection: LiveConnection, target: [UInt8], arrivedAt: Int64) -> LiveExchange {
        exchangesSoFar += 1
        return LaneExchange(
            connection: connection, exchange: exchangesSoFar, target: target, arrivedAt: arrivedAt, life: life,
            arrival: line.instant(ofMonotonic: arrivedAt))
    }

    func arrived(_ exchange: LiveExchange) {
        let exchange = exchange.ofLane
        let request = exchange.request
        record(
            .arrived(
                Arrival(
                    connection: exchange.connection.number, method: request.method,
                    target: String(decoding: shared.redaction.target(request.target), as: UTF8.self),
                    fields: shared.redaction.fields(request.fields),
                    peer: exchange.connection.peer)),
            of: exchange, at: exchange.arrival)
        exchange.isJournalled = true
    }

    func connected() -> ConnectionFault.Action {
        let now = line.now()
        let action = upstream.connect(at: now)
        if upstream.endOfRefusal(at: now) != nil { settlePort() }
        return action
    }

    func interruption(of exchange: LiveExchange) -> Int? {
        let exchange = exchange.ofLane
        guard !exchange.connection.isStalled else { return 0 }
        if let requestLimit, exchange.request.exchange > requestLimit { return nil }
        let now = now(noting: exchange)
        exchange.plan = upstream.interrupt(exchange.request, at: now) { event in
            record(event, of: exchange, at: now)
        }
        switch exchange.plan?.fault?.point {
        case .requestBytes(let count): return count
        case .requestHeaders: return 0
        default: return nil
        }
    }

    func refuse(_ exchange: LiveExchange, _ problem: RequestProblem) -> RenderedReply {
        refuse(exchange.ofLane, status: problem.status, reason: problem.reason, at: now(noting: exchange.ofLane))
    }

    func received(_ exchange: LiveExchange, complete: Bool) {
        guard let digest = exchange.digest else { return }
        let summary = BodySummary(
            length: exchange.receivedBytes, digest: digest.hexadecimal(), complete: complete)
        if complete { exchange.request.bodyDigest = summary.digest }
        record(.received(summary), of: exchange.ofLane, at: now(noting: exchange.ofLane))
    }

    func answer(_ exchange: LiveExchange) -> Step {
        let exchange = exchange.ofLane
        let now = now(noting: exchange)
        if let requestLimit, exchange.request.exchange > requestLimit {
            return .reply(refuse(exchange, status: 503, reason: "run limit", at: now))
        }
        if exchange.connection.isStalled {
            let decision = Decision(
                source: .server("connections"), route: nil, attempt: 0, status: 0, fault: "connection: stall")
            record(.decided(decision), of: exchange, at: now)
            return .script(WireScript(.stall), .aborted(.fault))
        }
        // One that is interrupted was decided about before.
        if exchange.plan == nil {
            exchange.edition = edition
            exchange.plan = upstream.answer(exchange.request, at: now) { event in
                if case .decided(let decision) = event { exchange.kind.source = decision.source.word }
                record(event, of: exchange, at: now)
            }
        }
        return startNextWait(of: exchange, from: now) ? .park : send(exchange)
    }

    func resumed(_ exchange: LiveExchange) -> Step {
        let step = send(exchange.ofLane)
        // A script may stall for ever: a clock that is moved by hand does not wait for it.
        if case .script = step { timers.settled(exchange.ofLane) }
        return step
    }

    func replying(_ exchange: LiveExchange, status: Int, fields: FieldBlock) {
        let exchange = exchange.ofLane
        exchange.kind.status = status
        let head = ReplyHead(status: status, fields: fields, due: exchange.due)
        record(.replied(head), of: exchange, at: now(noting: exchange))
    }

    func ended(_ exchange: LiveExchange, _ ending: Ending) {
        let exchange = exchange.ofLane
        let now = now(noting: exchange)
        // One whose header section never became complete is journalled as far as it is known.
        if !exchange.isJournalled { arrived(exchange) }
        defer { timers.settled(exchange) }
        counted.exchanges[exchange.kind, default: 0] += 1
        switch ending {
        case .completed: record(.completed, of: exchange, at: now)
        case .aborted(let reason): record(.aborted(reason), of: exchange, at: now)
        }
        guard let plan = exchange.plan else { return }
        if let hold = plan.hold { shared.holds.remove(exchange, from: hold.group) }
        if exchange.life == life, exchange.edition == edition { upstream.finish(plan, at: now) }
    }

    private func refuse(_ exchange: LaneExchange, status: Int, reason: String, at now: Instant) -> RenderedReply {
        exchange.kind.source = Decision.Source.server(reason).word
        record(
            .decided(Decision(source: .server(reason), route: nil, attempt: 0, status: status)), of: exchange, at: now)
        return ServerReply.text(status: status, "retrograde: \(reason)\n", date: line.wallNow.time(at: now))
    }

    /// Starts the next wait that the plan has, counted from `now`.
    ///
    /// - Returns: false if there is none left and the reply is to go out.
    private func startNextWait(of exchange: LaneExchange, from now: Instant) -> Bool {
        guard let plan = exchange.plan else { return false }
        while true {
            switch exchange.stage {
            case .delay:
                exchange.stage = .hold
                if plan.delay > .zero { return wait(until: now + plan.delay, exchange) }
            case .hold:
                exchange.stage = .phase
                guard let hold = plan.hold else { continue }
                if !shared.holds.park(exchange, of: self, hold, now: MonotonicClock.now()) { return true }
                exchange.due = now
            case .phase:
                exchange.stage = .send
                if let phase = plan.sendPhase { return wait(until: line.next(phase: phase, after: now), exchange) }
            case .send: return false
            }
        }
    }

    private func wait(until due: Instant, _ exchange: LaneExchange) -> Bool {
        exchange.due = due
        _ = timers.schedule(at: due) { [weak self, weak exchange] in
            if let exchange { self?.goOn(exchange) }
        }
        return true
    }

    /// The reply, rendered at the instant of sending, or the fault in its place.
    private func send(_ exchange: LaneExchange) -> Step {
        guard let plan = exchange.plan else { return .abandon }
        if let fault = plan.fault, fault.isSilent {
            return .script(WireScript(silently: fault.action, garbage: garbage), .aborted(.fault))
        }
        let now = line.now()
        let reply =
            if let former = exchange.formerUpstream {
                former.render(plan, for: exchange.request, at: now)
            } else {
                upstream.send(plan, for: exchange.request, at: now)
            }
        guard plan.fault != nil || plan.delivery.needsOwnBytes else { return .reply(reply) }
        let isBroken = plan.delivery.defect != nil || plan.fault?.breaksReply ?? false
        let message = WireMessage(
            reply, plan.delivery, toHead: exchange.request.method == "HEAD", closing: !isBroken)
        replying(exchange, status: reply.status, fields: message.fields)
        let script = WireScript(message, fault: plan.fault, pace: plan.delivery.pace, garbage: garbage)
        return .script(script, isBroken ? .aborted(.fault) : .completed)
    }

    /// 64 bytes that are no HTTP, the same in every run of the fixture.
    private var garbage: [UInt8] {
        var generator = SeededGenerator(seed: upstream.fixture.seed)
        // The high bit is set, so that no line ever ends in it.
        return (0..<64).map { _ in UInt8.random(in: 0x80...0xFF, using: &generator) }
    }
}

extension Fault {
    /// Whether less than a whole reply comes of it.
    fileprivate var breaksReply: Bool {
        switch action {
        case .reset, .close, .closeWithoutNotify, .stall, .garbage: true
        case .trickle, .reply: false
        }
    }
}

extension Delivery {
    /// Whether libmicrohttpd would not send it so.
    fileprivate var needsOwnBytes: Bool { framing != nil || malformation != nil || pace != nil }
}

extension LiveExchange {
    /// Exchanges of a lane's daemon are what its service began.
    fileprivate var ofLane: LaneExchange { unsafeDowncast(self, to: LaneExchange.self) }
}
