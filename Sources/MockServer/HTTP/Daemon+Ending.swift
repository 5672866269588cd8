internal import CMicroHTTPD
internal import HTTPSemantics
internal import Journal

// The last step of an exchange: how it ended.
extension Daemon {
    /// Tells the service how an exchange ended, once.
    func end(_ exchange: LiveExchange, _ ending: Ending) {
        guard !exchange.hasEnded else { return }
        exchange.hasEnded = true
        exchangesInFlight -= 1
        if exchange.hasOverheard { service.received(exchange, complete: false) }
        service.ended(exchange, ending)
    }

    func completed(_ exchange: LiveExchange, _ code: MHD_RequestTerminationCode) {
        let connection = exchange.connection
        if exchange.phase == .body, exchange.digest != nil { service.received(exchange, complete: false) }
        end(exchange, ending(of: exchange, code))
        exchange.handle = nil
        connection.current = nil
        connection.deadline = MonotonicClock.now() + settings.idleTimeout.nanoseconds
        if isDraining { connection.deadline = 0 }
    }

    private func ending(of exchange: LiveExchange, _ code: MHD_RequestTerminationCode) -> Ending {
        if exchange.connection.isOverdue { return .aborted(.timeout) }
        if exchange.clientHasLeft { return .aborted(.client) }
        switch code {
        case .REQUEST_TERMINATED_COMPLETED_OK: return .completed
        case .REQUEST_TERMINATED_TIMEOUT_REACHED: return .aborted(.timeout)
        case .REQUEST_TERMINATED_DAEMON_SHUTDOWN: return .aborted(.shutdown)
        // Broken chunks among them: a client that leaves within its request has codes of its own.
        case .REQUEST_TERMINATED_WITH_ERROR where exchange.phase == .heading || exchange.phase == .body:
            return .aborted(.malformed)
        default: return .aborted(.client)
        }
    }
}
