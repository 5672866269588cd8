internal import Fixtures
internal import HTTPSemantics
internal import Journal
internal import Upstream

// What goes out for a plan: its reply, or the fault in its place.
extension LaneState {
    /// The reply, rendered at the instant of sending, or the fault in its place.
    func send(_ exchange: LaneExchange) -> Step {
        guard let plan = exchange.plan else { return .abandon }
        if let fault = plan.fault, fault.isSilent {
            return .script(WireScript(silently: fault.action, garbage: garbage), .aborted(.fault))
        }
        let now = line.now()
        let reply =
            if let former = exchange.formerUpstream {
                former.render(plan, for: exchange.request, at: now)
            } else {
                upstream.send(plan, for: exchange.request, at: now)
            }
        guard plan.fault != nil || plan.delivery.needsOwnBytes else { return .reply(reply) }
        let isBroken = plan.delivery.defect != nil || plan.fault?.breaksReply ?? false
        let message = WireMessage(
            reply, plan.delivery, toHead: exchange.request.method == "HEAD", closing: !isBroken)
        replying(exchange, status: reply.status, fields: message.fields)
        let script = WireScript(message, fault: plan.fault, pace: plan.delivery.pace, garbage: garbage)
        return .script(script, isBroken ? .aborted(.fault) : .completed)
    }

    /// 64 bytes that are no HTTP, the same in every run of the fixture.
    private var garbage: [UInt8] {
        var generator = SeededGenerator(seed: upstream.fixture.seed)
        // The high bit is set, so that no line ever ends in it.
        return (0..<64).map { _ in UInt8.random(in: 0x80...0xFF, using: &generator) }
    }
}

extension Fault {
    /// Whether less than a whole reply comes of it.
    fileprivate var breaksReply: Bool {
        switch action {
        case .reset, .close, .closeWithoutNotify, .stall, .garbage: true
        case .trickle, .reply: false
        }
    }
}

extension Delivery {
    /// Whether libmicrohttpd would not send it so.
    fileprivate var needsOwnBytes: Bool { framing != nil || malformation != nil || pace != nil }
}
