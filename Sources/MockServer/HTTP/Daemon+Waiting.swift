internal import CMicroHTTPD
internal import Glibc
internal import Journal

// An exchange that waits: parked by its service, or within a wire script.
extension Daemon {
    func park(_ exchange: LiveExchange) -> MHD_Result {
        exchange.phase = .parked
        suspend(exchange)
        return .YES
    }

    private func suspend(_ exchange: LiveExchange) {
        guard let handle = exchange.handle else { return }
        MHD_suspend_connection(handle)
        parked[ObjectIdentifier(exchange)] = exchange
        // libmicrohttpd does not look at a suspended connection and would report one that was closed meanwhile as
        // completed.
        exchange.leaveWatch = loop.watch(
            exchange.connection.descriptor, events: EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue
        ) { [weak self, unowned exchange] in
            exchange.clientHasLeft = true
            exchange.overhearRest()
            self?.end(exchange, .aborted(.client))
            self?.resume(exchange)
        }
    }

    func advance(_ run: WireRun, for exchange: LiveExchange, _ ending: Ending) -> MHD_Result {
        var run = run
        switch exchange.advance(&run) {
        case .clientLeft: return abandon(exchange, .aborted(.client))
        case .ended:
            end(exchange, ending)
            run.finish()
            exchange.phase = .over
            return .NO
        case .waiting(let until):
            exchange.phase = .scripted
            suspend(exchange)
            goOn(run, for: exchange, ending, at: until)
        case .stalled:
            exchange.phase = .scripted
            suspend(exchange)
        }
        return .YES
    }

    private func goOn(_ run: WireRun, for exchange: LiveExchange, _ ending: Ending, at due: Int64) {
        _ = loop.schedule(at: due) { [weak self, weak exchange] in
            guard let self, let exchange, parked[ObjectIdentifier(exchange)] != nil else { return }
            var run = run
            switch exchange.advance(&run) {
            case .clientLeft:
                end(exchange, .aborted(.client))
                resume(exchange)
            case .ended:
                end(exchange, ending)
                run.finish()
                resume(exchange)
            case .waiting(let until): goOn(run, for: exchange, ending, at: until)
            case .stalled: break
            }
        }
    }
}
