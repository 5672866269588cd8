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
    let requestLimit: Int?
    let shared: SharedState
    private(set) var daemon: Daemon?

    // These five are used on the loop thread only, from one step of an exchange at a time. Checks of that at run time
    // took 2,000 instructions a request (callgrind, inclusive), and take 900 without theirs.
    @exclusivity(unchecked) var upstream: Upstream
    private var source: FixtureSource?
    /// How often the lane was given another fixture.
    private(set) var edition = 0
    @exclusivity(unchecked) var recorder: Recorder
    var exchangesSoFar: UInt64 = 0
    /// How often the lane was reset.
    private(set) var life = 0
    @exclusivity(unchecked) var lastActivity: Int64
    /// When somebody last sent a request or asked about the lane.
    var lastUse: Int64
    @exclusivity(unchecked) var counted: LaneFigures
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
        recorder = Recorder(capacity: configuration.journalCapacity, redaction: shared.redaction)
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

    func snapshot(since number: UInt64) -> JournalSnapshot { recorder.snapshot(since: number) }

    /// Answers as soon as `count` entries from `number` on exist, or at the latest at `deadline`.
    func slice(
        since number: UInt64, waitingFor count: Int, until deadline: Int64, _ answer: @escaping (JournalSlice) -> Void
    ) {
        guard daemon != nil, let waiter = recorder.wait(since: number, for: count, answer) else {
            return answer(recorder.slice(since: number))
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
        // Another upstream stamps its replies from the beginning.
        daemon?.forgetResponses()
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
    func settlePort() {
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
}
