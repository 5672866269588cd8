internal import CMicroHTTPD
internal import HTTPSemantics
internal import Journal
internal import Upstream

// The second half of an exchange: what its service decided goes out.
extension Daemon {
    func perform(_ step: consuming Step, for exchange: LiveExchange) -> MHD_Result {
        switch consume step {
        case .reply(let reply): return send(reply, to: exchange)
        case .park: return park(exchange)
        case .script(let script, let ending):
            return advance(WireRun(script, on: exchange.connection.outlet), for: exchange, ending)
        case .abandon: return abandon(exchange, .aborted(.shutdown))
        }
    }

    private func send(_ reply: consuming RenderedReply, to exchange: LiveExchange) -> MHD_Result {
        if let stamp = reply.stamp, !isDraining, let handle = exchange.handle,
            let kept = keptResponses.response(for: reply, stamp: stamp)
        {
            service.replying(exchange, with: kept, status: reply.status)
            exchange.phase = .over
            return MHD_queue_response(handle, UInt32(reply.status), kept.response)
        }
        guard let handle = exchange.handle,
            let response = ResponseWriter.response(for: reply, closing: isDraining)
        else { return perform(rawReply(reply, to: exchange), for: exchange) }
        defer { MHD_destroy_response(response) }
        let (status, interim) = (reply.status, reply.informational)
        // Given away, so that what is added to the fields is no reason to copy them.
        service.replying(
            exchange, status: status, fields: ResponseWriter.fieldsSent(consume reply, closing: isDraining))
        exchange.phase = .over
        guard sendInterim(interim, to: exchange) else { return abandon(exchange, .aborted(.client)) }
        return MHD_queue_response(handle, UInt32(status), response)
    }

    /// Interim responses go out ahead of libmicrohttpd, which knows only 100 and 102 and mistakes others for final.
    private func sendInterim(_ statuses: [Int], to exchange: LiveExchange) -> Bool {
        guard !statuses.isEmpty else { return true }
        let bytes = statuses.flatMap { "HTTP/1.1 \(ReasonPhrase.line($0))\r\n\r\n".utf8 }
        var run = WireRun(WireScript(.send(bytes), .finish), on: exchange.connection.outlet)
        // At most some kilobytes on a socket that has nothing else under way.
        return run.advance(at: MonotonicClock.now()) == .ended
    }

    /// The same reply as bytes of our own, after which the connection is closed.
    func rawReply(_ reply: RenderedReply, to exchange: LiveExchange) -> Step {
        let message = WireMessage(reply, toHead: exchange.request.method == "HEAD", closing: true)
        service.replying(exchange, status: reply.status, fields: message.fields)
        return .script(WireScript(.send(message.interim + message.head + message.body), .finish), .completed)
    }

    func abandon(_ exchange: LiveExchange, _ ending: Ending) -> MHD_Result {
        end(exchange, ending)
        exchange.phase = .over
        return .NO
    }
}
