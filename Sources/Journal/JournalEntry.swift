public import HTTPSemantics

/// One thing that happened in a lane.
///
/// Entries are in the order in which they happened. An exchange (one request and what became of it) has several:
/// it arrives, is received, decided, replied and completed or aborted, each at its own instant.
public struct JournalEntry: Hashable, Sendable {
    /// The position in the lane's history, from 0, without gaps.
    public var number: UInt64
    public var instant: Instant
    /// The exchange it belongs to, from 1 in each lane; 0 for what belongs to none.
    public var exchange: UInt64
    public var event: Event

    public init(number: UInt64, instant: Instant, exchange: UInt64, event: Event) {
        self.number = number
        self.instant = instant
        self.exchange = exchange
        self.event = event
    }

    public enum Event: Hashable, Sendable {
        /// The header section is complete. The instant is that of the request line (nothing earlier can be seen
        /// on a kept-alive connection).
        case arrived(Arrival)
        /// The request body is complete.
        case received(BodySummary)
        /// What the upstream decided, at the instant it decided.
        case decided(Decision)
        /// The first byte of the response is about to be written.
        case replied(ReplyHead)
        /// The last byte of the response has left user space.
        case completed
        /// The exchange ended otherwise.
        case aborted(Abort)
        /// The server itself was late; timings near this instant are not evidence.
        case stalled(Stall)
        /// The lane's civil clock was set: it jumped ahead by so much, or back. Belongs to no exchange.
        case clockStepped(by: Duration)
    }
}

/// A request, as it arrived. Secrets are redacted before they come here.
public struct Arrival: Hashable, Sendable {
    /// The TCP connection, from 1 in each lane.
    public var connection: UInt64
    public var method: String
    /// The raw request target, not decoded.
    public var target: String
    public var fields: FieldBlock
    /// The address and port of the peer.
    public var peer: String

    public init(connection: UInt64, method: String, target: String, fields: FieldBlock, peer: String) {
        self.connection = connection
        self.method = method
        self.target = target
        self.fields = fields
        self.peer = peer
    }
}

/// A body that was received, without its bytes.
public struct BodySummary: Hashable, Sendable {
    /// Bytes received.
    public var length: Int
    /// SHA-256 in lower-case hexadecimal.
    public var digest: String
    /// False where the client stopped before the end or the limit cut it.
    public var complete: Bool

    public init(length: Int, digest: String, complete: Bool = true) {
        self.length = length
        self.digest = digest
        self.complete = complete
    }
}

/// What the upstream decided about a request.
public struct Decision: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        /// A reply of a route's script, both counted from 0.
        case script(reply: Int)
        /// A limit refused it.
        case limit(String)
        /// The script had no more replies and says `then: fail`.
        case exhausted
        /// The answer to an earlier request with the same idempotency key, once more. Nothing was done for it.
        case replayed
        /// A request with the same idempotency key is under way.
        case keyInUse
        /// Its idempotency key belongs to another request.
        case keyReused
        /// No route takes it.
        case unmatched
        /// The request is one that the server answers by itself: ambiguous framing, too large, too many in a run.
        case server(String)
    }

    public var source: Source
    /// The pattern of the route, `nil` where none was found.
    public var route: String?
    /// How often the script had been asked, this time included, from 1; 0 where no script was asked.
    public var attempt: Int
    /// The status that will be sent; 0 if none.
    public var status: Int
    /// The fault that will break the exchange, as a fixture names it: `after request: reset`.
    public var fault: String?
    /// How long the reply will be delayed on purpose.
    public var delay: Duration
    public var limits: [LimitReading]

    public init(
        source: Source, route: String?, attempt: Int, status: Int, fault: String? = nil, delay: Duration = .zero,
        limits: [LimitReading] = []
    ) {
        self.source = source
        self.route = route
        self.attempt = attempt
        self.status = status
        self.fault = fault
        self.delay = delay
        self.limits = limits
    }
}

/// A limit after the request was charged or refused.
public struct LimitReading: Hashable, Sendable {
    public var name: String
    public var capacity: Int64
    public var remaining: Int64
    /// When the same request passes; `nil` where nobody can say.
    public var retryAt: Instant?
    public var resetAt: Instant

    public init(name: String, capacity: Int64, remaining: Int64, retryAt: Instant?, resetAt: Instant) {
        self.name = name
        self.capacity = capacity
        self.remaining = remaining
        self.retryAt = retryAt
        self.resetAt = resetAt
    }
}

/// The head of a response, as it was sent.
public struct ReplyHead: Hashable, Sendable {
    public var status: Int
    public var fields: FieldBlock
    /// When a delayed reply should have been sent; `nil` for one without a delay.
    public var due: Instant?

    public init(status: Int, fields: FieldBlock, due: Instant? = nil) {
        self.status = status
        self.fields = fields
        self.due = due
    }
}

/// Why an exchange did not complete.
public enum Abort: String, Hashable, Sendable, CaseIterable {
    /// The client closed or reset the connection.
    case client
    /// A fault of the fixture.
    case fault
    /// The server was stopped.
    case shutdown
    /// The peer was silent for too long, or its header section took too long.
    case timeout
    /// The request could not be read as HTTP.
    case malformed
}

/// The server's own loop came late: nothing could be stamped between `from` and `until`.
public struct Stall: Hashable, Sendable {
    public var from: Instant
    public var until: Instant

    public init(from: Instant, until: Instant) {
        self.from = from
        self.until = until
    }

    /// Stalls as the loop of one server has them: one after the other. Those that overlap, which only a journal can have
    /// that was written or put together by others, become one.
    public static func inOrder(_ stalls: [Stall]) -> [Stall] {
        var result: [Stall] = []
        for stall in stalls.sorted(by: { $0.from < $1.from }) {
            if let last = result.last, stall.from < last.until {
                result[result.count - 1].until = max(last.until, stall.until)
            } else {
                result.append(stall)
            }
        }
        return result
    }
}
