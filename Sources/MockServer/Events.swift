internal import Fixtures
internal import HTTPSemantics
internal import Logging

/// What a server tells its logger: few lines, each for something that a person might look for afterwards. Requests are
/// in the journal.
extension Logger {
    func laneBegan(_ lane: LaneState) {
        info(
            "lane began",
            metadata: [
                "lane": "\(lane.name)", "fixture": "\(lane.fixture.name)", "url": "\(lane.url)",
                "clock": "\(lane.line.clock.rawValue)",
            ])
    }

    enum LaneEnd: String {
        case removed
        case forgotten
        case shutdown
    }

    func laneEnded(_ lane: LaneState, _ reason: LaneEnd) {
        info(
            "lane ended",
            metadata: [
                "lane": "\(lane.name)", "reason": "\(reason.rawValue)",
                "exchanges": "\(lane.figures.exchanges.reduce(0) { $0 + $1.count })",
            ])
    }

    func fixtureReplaced(_ lane: LaneState) {
        info("fixture replaced", metadata: ["lane": "\(lane.name)", "fixture": "\(lane.fixture.name)"])
    }

    func laneReset(_ lane: LaneState) { info("lane reset", metadata: ["lane": "\(lane.name)"]) }

    func clockSet(_ lane: LaneState, by duration: Duration) {
        info("clock set", metadata: ["lane": "\(lane.name)", "by": "\(DurationText.print(duration))"])
    }

    /// Not a warning: verdicts know of it. Little of it happens all the time on a busy machine.
    func stalled(from: Int64, until: Int64, lanes: Int) {
        log(
            level: until - from < 100_000_000 ? .debug : .notice, "the server was late",
            metadata: [
                "by": "\(DurationText.print(.milliseconds((until - from) / 1_000_000)))", "lanes": "\(lanes)",
            ])
    }

    func journalFull(_ lane: LaneState) {
        warning("the journal is full: the oldest entries are lost", metadata: ["lane": "\(lane.name)"])
    }

    /// Somebody was turned away at the door of the control API.
    func controlRefused(_ error: ControlError, method: String, target: [UInt8], peer: String) {
        warning(
            "control request refused",
            metadata: [
                "code": "\(error.code)", "status": "\(error.status)", "method": "\(method)",
                "target": "\(String(decoding: target.prefix(200), as: UTF8.self))", "peer": "\(peer)",
            ])
    }

    func shuttingDown(lanes: Int, inFlight: Int) {
        info("shutting down", metadata: ["lanes": "\(lanes)", "in-flight": "\(inFlight)"])
    }

    func stopped(dropped: Int) { info("stopped", metadata: ["dropped": "\(dropped)"]) }
}
