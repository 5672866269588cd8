internal import Fixtures

/// What is done to the bare socket of a suspended connection, step by step: the one mechanism behind replies that
/// libmicrohttpd would not send and behind every fault that breaks a message.
struct WireScript: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case send([UInt8])
        /// A piece, then after a time the next one.
        case sendPaced([UInt8], Pace)
        /// Until the peer's system has acknowledged all that was sent: an RST would take the rest with it.
        case drain
        /// What still comes of the request stays unread for the first time, so that the client can notice the reply,
        /// and is then read and counted for the second, or until the client's end.
        case overhear(after: Duration, for: Duration)
        /// The connection ends with FIN.
        case finish
        /// The connection ends with FIN, and under TLS without the close_notify before it.
        case cutOff
        /// The connection ends with RST.
        case reset
        /// Nothing more is sent; the connection stays until the client leaves or the lane ends.
        case stall
    }

    var steps: [Step]

    init(_ steps: Step...) { self.steps = steps }

    /// A fault before the first byte of a response.
    init(silently action: Fault.Action, garbage: @autoclosure () -> [UInt8]) {
        steps = Self.end(action, garbage: garbage)
    }

    /// A response, and where it breaks, if it does.
    ///
    /// - Parameter pace: `nil`: as fast as the client reads.
    init(_ message: WireMessage, fault: Fault?, pace: Pace?, garbage: @autoclosure () -> [UInt8]) {
        let bytes = message.head + message.body
        let isWhole = fault?.action == .reply
        let cut = isWhole ? bytes.count : fault.map { message.position(of: $0.point) } ?? bytes.count
        let first = message.interim + bytes[..<cut]
        steps = []
        if !first.isEmpty { steps.append(pace.map { .sendPaced(first, $0) } ?? .send(first)) }
        switch fault?.action {
        case .trickle:
            if let fault, cut < bytes.count { steps.append(.sendPaced(Array(bytes[cut...]), fault.pace)) }
            steps.append(.finish)
        case .reply: steps += [.overhear(after: .seconds(1), for: .seconds(2)), .finish]
        case let action?: steps += Self.end(action, garbage: garbage)
        case nil: steps.append(.finish)
        }
    }

    private static func end(_ action: Fault.Action, garbage: () -> [UInt8]) -> [Step] {
        switch action {
        case .reset: [.drain, .reset]
        case .close, .trickle, .reply: [.finish]
        case .closeWithoutNotify: [.cutOff]
        case .stall: [.stall]
        case .garbage: [.send(garbage()), .finish]
        }
    }
}

extension WireMessage {
    /// How many bytes of head and body go out before a fault.
    fileprivate func position(of point: Fault.Point) -> Int {
        switch point {
        case .requestHeaders, .requestBytes, .request: 0
        case .headers(let percent): head.count * percent / 100
        case .bytes(let count): head.count + min(count, body.count)
        case .percent(let percent): head.count + body.count * percent / 100
        }
    }
}
