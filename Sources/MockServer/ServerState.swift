internal import Fixtures
internal import HTTPSemantics
internal import Logging

/// A server as its loop has it.
///
/// `@unchecked Sendable`: it belongs to the loop thread; others only carry it into calls on that thread.
final class ServerState: @unchecked Sendable {
    private(set) var lanes: [LaneState] = []
    let control: ControlServer?
    private let loop: Loop
    private let shared: SharedState
    private let logger: Logger
    private var lanesSoFar = 0
    private var isStopped = false
    private var whenStopped: [(_ dropped: Int) -> Void] = []
    private var isDraining = false

    init(loop: Loop, configuration: MockServer.Configuration) throws(ServerError) {
        self.loop = loop
        logger = configuration.logger
        control =
            if let settings = configuration.control {
                try ControlServer(
                    settings, loop: loop, settings: configuration.daemonSettings, logger: configuration.logger)
            } else { nil }
        let reports = StallReports()
        shared = SharedState(
            loop: loop, configuration: configuration,
            sentinel: StallSentinel(loop: loop) { reports.receiver?($0, $1) })
        reports.receiver = { [weak self] from, until in
            let late = (self?.lanes ?? []).count { $0.noteStall(from: from, until: until) }
            if late > 0 { configuration.logger.stalled(from: from, until: until, lanes: late) }
        }
    }

    /// Breaks the circle of who is made first.
    private final class StallReports {
        var receiver: ((Int64, Int64) -> Void)?
    }

    func addLane(
        _ fixture: Fixture, name: String?, port: UInt16, requestLimit: Int?, clock: LaneClock?, tls: Bool,
        source: FixtureSource?, idleLimit: Duration?
    ) -> Result<LaneState, ServerError> {
        do throws(ServerError) {
            guard !isStopped, !isDraining else { throw ServerError(.stopped, "the server was shut down") }
            lanesSoFar += 1
            let name = name ?? freshName()
            guard !lanes.contains(where: { $0.name == name }) else {
                throw ServerError(.nameTaken, "there is a lane named \(name) already")
            }
            guard let address = SocketAddress(host: shared.configuration.address, port: port) else {
                throw ServerError(
                    .addressUnusable, "\(shared.configuration.address) is not a numeric address or localhost")
            }
            let lane = try LaneState(
                fixture, name: name, on: try Listener(address), requestLimit: requestLimit,
                clock: clock ?? shared.configuration.clock, tls: tls, shared: shared, source: source)
            lanes.append(lane)
            logger.laneBegan(lane)
            if let idleLimit { endWhenForgotten(lane, after: idleLimit) }
            return .success(lane)
        } catch { return .failure(error) }
    }

    /// Finds a lane for somebody who asks about it.
    func lane(named name: String) -> LaneState? {
        let lane = lanes.first { $0.name == name }
        lane?.touch()
        return lane
    }

    /// Ends a lane that nobody has used for so long and that has nothing under way: the test that made it is gone.
    private func endWhenForgotten(_ lane: LaneState, after idleLimit: Duration) {
        let end = (Instant(nanoseconds: lane.lastUse) + idleLimit).nanoseconds
        _ = loop.schedule(at: max(end, MonotonicClock.now() + 1_000_000)) { [weak self, weak lane] in
            guard let self, let lane, lanes.contains(where: { $0 === lane }) else { return }
            if lane.exchangesInFlight > 0 { lane.touch() }
            let idle = Duration.nanoseconds(MonotonicClock.now() - lane.lastUse)
            guard idle >= idleLimit else { return endWhenForgotten(lane, after: idleLimit) }
            lanes.removeAll { $0 === lane }
            logger.laneEnded(lane, .forgotten)
            lane.close()
        }
    }

    func removeLane(named name: String) {
        guard let position = lanes.firstIndex(where: { $0.name == name }) else { return }
        let lane = lanes.remove(at: position)
        logger.laneEnded(lane, .removed)
        lane.close()
    }

    private var exchangesInFlight: Int { lanes.reduce(0) { $0 + $1.exchangesInFlight } }

    /// Drains all lanes, stops when nothing is left or the time is over, and calls when all has stopped, with how many
    /// exchanges were cut off.
    func shutdown(until deadline: Int64, _ done: @escaping (_ dropped: Int) -> Void) {
        guard !isStopped else { return done(0) }
        whenStopped.append(done)
        if !isDraining {
            isDraining = true
            logger.shuttingDown(lanes: lanes.count, inFlight: exchangesInFlight)
            for lane in lanes { lane.drain() }
        }
        stopWhenIdle(until: deadline)
    }

    /// Ends everything at once.
    func stop() {
        guard !isStopped else { return }
        isStopped = true
        let dropped = exchangesInFlight
        for lane in lanes {
            logger.laneEnded(lane, .shutdown)
            lane.close()
        }
        control?.close()
        loop.stop()
        logger.stopped(dropped: dropped)
        for done in whenStopped { done(dropped) }
        whenStopped = []
    }

    private func stopWhenIdle(until deadline: Int64) {
        let now = MonotonicClock.now()
        guard now < deadline, lanes.contains(where: { $0.exchangesInFlight > 0 }) else { return stop() }
        _ = loop.schedule(at: min(deadline, now + 2_000_000)) { [weak self] in self?.stopWhenIdle(until: deadline) }
    }

    private func freshName() -> String {
        var number = lanesSoFar
        while lanes.contains(where: { $0.name == "lane-\(number)" }) { number += 1 }
        return "lane-\(number)"
    }
}
