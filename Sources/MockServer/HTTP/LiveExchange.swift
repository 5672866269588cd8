internal import HTTPSemantics
internal import Upstream

/// One request on its way through a daemon. Services add what they need to know in a subclass.
///
/// It is owned by its connection; libmicrohttpd keeps an unowned pointer to it between request line and completion.
class LiveExchange {
    enum Phase {
        /// The header section is not complete yet.
        case heading
        /// The body arrives.
        case body
        /// libmicrohttpd has suspended the connection; the service decides when it goes on.
        case parked
        /// A wire script runs on the suspended connection.
        case scripted
        /// A response is queued, or the connection will be closed.
        case over
    }

    /// Whether libmicrohttpd does not look at its connection.
    var isSuspended: Bool { phase == .parked || phase == .scripted }

    let connection: LiveConnection
    /// When the request line was complete, on the monotonic line.
    let arrivedAt: Int64
    var request: UpstreamRequest
    var phase = Phase.heading
    /// `nil` where the request has no body.
    var digest: BodyDigest?
    /// Bytes of the body that have arrived, kept or not.
    var receivedBytes = 0
    /// Whether more of the body came after its reply, and was counted.
    private(set) var hasOverheard = false
    private var isOverhearing = false
    /// After so many bytes of its body it is answered without the rest.
    var interruption: Int?
    /// Whether its header section became complete, so that its connection's ``LiveConnection/head`` is its own.
    var hasHead = false
    /// Whether the journal has its arrival.
    var isJournalled = false
    /// Whether the journal has its end.
    var hasEnded = false
    /// libmicrohttpd's handle; known from the first handler call on.
    var handle: OpaquePointer?
    /// The watch for the client's leaving while it is parked.
    var leaveWatch: UInt64?
    /// Whether the client closed its side before it had an answer.
    var clientHasLeft = false

    init(connection: LiveConnection, exchange: UInt64, target: [UInt8], arrivedAt: Int64) {
        self.connection = connection
        self.arrivedAt = arrivedAt
        request = UpstreamRequest(
            exchange: exchange, method: "", targetBytes: target, fields: .init(), body: [],
            address: connection.address)
    }

    /// Goes on with a wire script, and counts what it overhears of the body.
    func advance(_ run: inout WireRun) -> WireRun.Progress {
        let before = run.overheard
        let progress = run.advance(at: MonotonicClock.now())
        isOverhearing = run.isOverhearing
        countOverheard(run.overheard - before)
        return progress
    }

    /// The client has sent all that it will: counts what is still there of what the wire script was to overhear.
    func overhearRest() {
        guard isOverhearing else { return }
        while let count = connection.outlet.discard(), count > 0 { countOverheard(count) }
    }

    private func countOverheard(_ count: Int) {
        guard count > 0 else { return }
        receivedBytes += count
        hasOverheard = true
    }
}
