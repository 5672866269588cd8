internal import HTTPSemantics
internal import Upstream

// What a reply waits for: its delay, its hold, and the phase of a second, in this order.
extension LaneState {
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

    /// Starts the next wait that the plan has, counted from `now`.
    ///
    /// - Returns: false if there is none left and the reply is to go out.
    func startNextWait(of exchange: LaneExchange, from now: Instant) -> Bool {
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
}
