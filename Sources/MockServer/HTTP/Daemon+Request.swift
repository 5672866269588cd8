internal import CMicroHTTPD
internal import HTTPSemantics
internal import Journal
internal import Upstream

// The first half of an exchange: the request line, the header section and the body, until there is an answer.
extension Daemon {
    func requestLine(_ target: UnsafePointer<CChar>, on connection: LiveConnection) -> LiveExchange {
        let now = MonotonicClock.now()
        connection.head.take(target: target)
        if !connection.isStalled { connection.deadline = now + settings.headerDeadline.nanoseconds }
        exchangesInFlight += 1
        let exchange = service.begin(on: connection, target: connection.head.target, arrivedAt: now)
        connection.current = exchange
        return exchange
    }

    func handle(
        _ exchange: LiveExchange, _ connection: OpaquePointer, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>, piece: UnsafeRawBufferPointer
    ) -> MHD_Result {
        switch exchange.phase {
        case .heading: return takeHead(of: exchange, connection, method: method, version: version)
        case .body where !piece.isEmpty: return take(piece, of: exchange)
        case .body:
            exchange.connection.deadline = nil
            if exchange.digest != nil { service.received(exchange, complete: true) }
            return perform(service.answer(exchange), for: exchange)
        case .parked:
            if isStopping { return abandon(exchange, .aborted(.shutdown)) }
            if exchange.clientHasLeft { return abandon(exchange, .aborted(.client)) }
            return perform(service.resumed(exchange), for: exchange)
        case .scripted, .over: return .NO
        }
    }

    /// libmicrohttpd is about to answer a request with an error page, and does not say which. One whose Content-Length it
    /// cannot read it would answer twice (0.9.75), so that one is answered here and its connection shut under it.
    func willAnswerByItself() {
        for connection in connections.values {
            guard let exchange = connection.current, exchange.phase == .heading else { continue }
            let fields = RequestHead.fields(of: connection.handle)
            guard let problem = RequestProblem.Framing(fields).lengthProblem else { continue }
            exchange.request.fields = fields
            service.arrived(exchange)
            let reply = WireMessage(service.refuse(exchange, problem), toHead: false, closing: true)
            service.replying(exchange, status: problem.status, fields: reply.fields)
            var run = WireRun(WireScript(.send(reply.head + reply.body), .finish), on: connection.outlet)
            let isSent = run.advance(at: MonotonicClock.now()) == .ended
            exchange.phase = .over
            end(exchange, isSent ? .completed : .aborted(.client))
            connection.outlet.end()
        }
    }

    private func takeHead(
        of exchange: LiveExchange, _ connection: OpaquePointer, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> MHD_Result {
        exchange.handle = connection
        let head = exchange.connection.head
        head.read(connection, method: method, version: version, bodyLimit: service.bodyLimit)
        exchange.request.method = head.method
        exchange.request.fields = head.fields
        exchange.hasHead = true
        service.arrived(exchange)
        // Without a body the next call is the last, and comes at once.
        guard head.hasBody || head.problem != nil else {
            exchange.phase = .body
            return .YES
        }
        exchange.connection.deadline = MonotonicClock.now() + settings.idleTimeout.nanoseconds
        if let problem = head.problem {
            // An answer in the first call makes libmicrohttpd close the connection and read no more of it, which
            // is what must happen here.
            return perform(.reply(service.refuse(exchange, problem)), for: exchange)
        }
        exchange.phase = .body
        exchange.digest = BodyDigest()
        exchange.interruption = service.interruption(of: exchange)
        return exchange.interruption == 0 ? interrupt(exchange) : .YES
    }

    private func take(_ piece: UnsafeRawBufferPointer, of exchange: LiveExchange) -> MHD_Result {
        exchange.connection.deadline = MonotonicClock.now() + settings.idleTimeout.nanoseconds
        exchange.receivedBytes += piece.count
        exchange.digest?.update(piece)
        guard exchange.receivedBytes <= service.bodyLimit else {
            // libmicrohttpd takes no response here, so it goes out as bytes, and the rest of the body is cut off.
            service.received(exchange, complete: false)
            let reply = service.refuse(exchange, .bodyTooLarge)
            return perform(rawReply(reply, to: exchange), for: exchange)
        }
        exchange.request.body.append(contentsOf: piece)
        if let interruption = exchange.interruption, exchange.receivedBytes >= interruption {
            return interrupt(exchange)
        }
        return .YES
    }

    /// Answers with the body still under way. libmicrohttpd sends no response here; bytes of our own, it does.
    private func interrupt(_ exchange: LiveExchange) -> MHD_Result {
        exchange.connection.deadline = nil
        service.received(exchange, complete: false)
        return perform(service.answer(exchange), for: exchange)
    }
}
