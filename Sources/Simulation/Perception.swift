internal import Backoff
internal import Fixtures
internal import HTTPSemantics
internal import Upstream

/// What a client notices of a reply, and when.
struct Perception {
    /// `nil`: nothing ever comes, and the connection stays.
    var outcome: AttemptOutcome?
    /// From the first byte to the end, at the upstream.
    var duration: Duration
    /// The exchange broke by a fault.
    var isBroken: Bool

    init(_ plan: ReplyPlan, _ response: AttemptOutcome.Response) {
        if let fault = plan.fault {
            self.init(fault, plan, response)
        } else if let malformation = plan.delivery.malformation {
            let failure: TransportFailure = malformation == .lastChunk ? .truncated : .malformed
            self.init(outcome: Self.failure(failure, malformation == .lastChunk ? response : nil))
        } else if case .contentLength(let lengths)? = plan.delivery.framing,
            let failure = Self.failure(ofLengths: lengths, body: response.body.count)
        {
            self.init(outcome: Self.failure(failure, response))
        } else {
            let pace = plan.delivery.pace
            self.init(
                outcome: .response(response), isBroken: false,
                duration: pace.map { Self.time(for: response.body.count, $0) } ?? .zero)
        }
    }

    /// A connection that never served a request.
    ///
    /// - Parameter failure: `nil`: nothing ever comes.
    init(failure: TransportFailure?) {
        self.init(outcome: failure.map { Self.failure($0) })
    }

    private init(outcome: AttemptOutcome?, isBroken: Bool = true, duration: Duration = .zero) {
        self.outcome = outcome
        self.isBroken = isBroken
        self.duration = duration
    }

    private init(_ fault: Fault, _ plan: ReplyPlan, _ response: AttemptOutcome.Response) {
        if fault.action == .reply {
            self.init(outcome: .response(response), isBroken: false)
            return
        }
        if fault.action == .trickle {
            self.init(
                outcome: .response(response), isBroken: false,
                duration: Self.time(for: response.body.count, fault.pace))
            return
        }
        let partial: AttemptOutcome.Response? =
            switch fault.point {
            case .requestHeaders, .requestBytes, .request: nil
            case .headers(let percent): percent < 100 ? nil : response.cut(to: 0)
            case .bytes(let count): response.cut(to: count)
            case .percent(let percent): response.cut(to: response.body.count * percent / 100)
            }
        switch fault.action {
        case .stall: self.init(outcome: nil)
        case .reset: self.init(outcome: Self.failure(.reset, partial))
        case .close, .closeWithoutNotify:
            self.init(outcome: Self.failure(fault.isSilent ? .closed : .truncated, partial))
        case .garbage, .trickle, .reply: self.init(outcome: Self.failure(.malformed, partial))
        }
    }

    private static func failure(
        _ failure: TransportFailure, _ partial: AttemptOutcome.Response? = nil
    ) -> AttemptOutcome {
        .failure(failure, mayHaveArrived: failure != .cannotConnect, partial: partial)
    }

    /// What a wrong length comes to; `nil` for a right one. What lies behind a length that is too short is not read.
    private static func failure(ofLengths lengths: [String], body: Int) -> TransportFailure? {
        guard let first = lengths.first.flatMap({ Int($0) }), lengths.allSatisfy({ $0 == lengths[0] }) else {
            return .malformed
        }
        return first > body ? .truncated : nil
    }

    private static func time(for bytes: Int, _ pace: Pace) -> Duration {
        pace.every * max(0, (bytes + pace.bytes - 1) / pace.bytes)
    }
}

extension AttemptOutcome.Response {
    fileprivate func cut(to count: Int) -> Self {
        Self(status: status, fields: fields, body: Array(body.prefix(count)))
    }
}

extension AttemptOutcome {
    /// Whether another request may follow on the same connection.
    var keepsConnection: Bool {
        guard case .response(let response) = self else { return false }
        return response.fields["Connection"]?.lowercased() != "close"
    }
}

extension Perception {
    /// What a fault of a connection comes to; `nil` for one that serves.
    init?(_ action: ConnectionFault.Action) {
        switch action {
        case .accept: return nil
        case .refuse: self.init(failure: .cannotConnect)
        case .reset: self.init(failure: .reset)
        case .close: self.init(failure: .closed)
        case .stall: self.init(failure: nil)
        }
    }
}
