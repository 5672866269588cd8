internal import Fixtures
internal import HTTPSemantics

/// The `hold-until` groups of one server, across its lanes.
final class HoldRegistry {
    struct Waiting {
        var lane: LaneState
        var exchange: LaneExchange
    }

    private struct Group {
        var barrier = Barrier<Waiting>()
        /// On the line of the lane whose reply was parked first.
        var alarm: (timers: LaneTimers, alarm: LaneTimers.Alarm)?
    }

    private var groups: [String: Group] = [:]

    /// Parks a reply.
    ///
    /// - Returns: true if this one completed the round: it goes on at once, and the others are on their way.
    func park(_ exchange: LaneExchange, of lane: LaneState, _ hold: Hold, now: Int64) -> Bool {
        switch groups[hold.group, default: Group()].barrier.park(Waiting(lane: lane, exchange: exchange), hold) {
        case .first:
            let end = lane.line.instant(ofMonotonic: now) + hold.atMost
            let alarm = lane.timers.schedule(at: end) { [weak self] in self?.giveUp(hold.group) }
            groups[hold.group]?.alarm = (lane.timers, alarm)
            return false
        case .parked: return false
        case .released(let all):
            if let (timers, alarm) = groups[hold.group]?.alarm { timers.cancel(alarm) }
            groups[hold.group]?.alarm = nil
            release(all.filter { $0.exchange !== exchange }, at: now)
            return true
        }
    }

    /// Forgets an exchange whose client has left or whose lane ends.
    func remove(_ exchange: LaneExchange, from group: String) {
        groups[group]?.barrier.remove { $0.exchange === exchange }
        if let left = groups[group], left.barrier.waiting.isEmpty {
            if let (timers, alarm) = left.alarm { timers.cancel(alarm) }
            groups[group] = nil
        }
    }

    private func giveUp(_ name: String) {
        groups[name]?.alarm = nil
        guard let all = groups[name]?.barrier.release() else { return }
        groups[name] = nil
        release(all, at: MonotonicClock.now())
    }

    private func release(_ waiting: [Waiting], at now: Int64) {
        for one in waiting { one.lane.release(one.exchange, at: now) }
    }
}
