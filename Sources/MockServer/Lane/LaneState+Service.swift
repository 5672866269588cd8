internal import Fixtures
internal import HTTPSemantics
internal import Journal
internal import Upstream

// The steps of an exchange of the lane, in their order.
extension LaneState: Service {
    func begin(on connection: LiveConnection, target: [UInt8], arrivedAt: Int64) -> LiveExchange {
        exchangesSoFar += 1
        return LaneExchange(
            connection: connection, exchange: exchangesSoFar, target: target, arrivedAt: arrivedAt, life: life,
            arrival: line.instant(ofMonotonic: arrivedAt))
    }

    func arrived(_ exchange: LiveExchange) {
        let exchange = exchange.ofLane
        // One whose header section never became complete may have another head than its connection remembers.
        var mark = exchange.hasHead ? exchange.connection.head.mark : nil
        recordArrival(of: exchange, repeating: &mark)
        if exchange.hasHead { exchange.connection.head.mark = mark }
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
            let plan = upstream.answer(exchange.request, at: now) { event in
                if case .decided(let decision) = event { exchange.kind.source = decision.source.figure }
                record(event, of: exchange, at: now)
            }
            defer { exchange.plan = plan }
            if plan.isPlain { return .reply(upstream.send(plan, for: exchange.request, at: line.now())) }
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

    func replying(_ exchange: LiveExchange, with kept: KeptResponse, status: Int) {
        let exchange = exchange.ofLane
        // When it was due is part of the entry, and never the same.
        guard exchange.due == nil else { return replying(exchange, status: status, fields: kept.fields) }
        exchange.kind.status = status
        record(
            .replied(ReplyHead(status: status, fields: kept.fields)), repeating: &kept.mark, of: exchange,
            at: now(noting: exchange))
    }

    func ended(_ exchange: LiveExchange, _ ending: Ending) {
        let exchange = exchange.ofLane
        let now = now(noting: exchange)
        // One whose header section never became complete is journalled as far as it is known.
        if !exchange.isJournalled { arrived(exchange) }
        defer { timers.settled(exchange) }
        counted.count(exchange.kind)
        switch ending {
        case .completed: record(.completed, of: exchange, at: now)
        case .aborted(let reason): record(.aborted(reason), of: exchange, at: now)
        }
        // Taken, not copied: nobody asks for it any more.
        guard let plan = exchange.plan.take() else { return }
        if let hold = plan.hold { shared.holds.remove(exchange, from: hold.group) }
        if exchange.life == life, exchange.edition == edition { upstream.finish(plan, at: now) }
    }

    private func refuse(_ exchange: LaneExchange, status: Int, reason: String, at now: Instant) -> RenderedReply {
        exchange.kind.source = .server
        record(
            .decided(Decision(source: .server(reason), route: nil, attempt: 0, status: status)), of: exchange, at: now)
        return ServerReply.text(status: status, "retrograde: \(reason)\n", date: line.wallNow.time(at: now))
    }
}

extension LiveExchange {
    /// Exchanges of a lane's daemon are what its service began.
    var ofLane: LaneExchange { unsafeDowncast(self, to: LaneExchange.self) }
}
