import Backoff
import CCurl
import HTTPSemantics

/// One transfer: the request, what has come back so far, and who waits for it.
///
/// `@unchecked Sendable`: it is made by the caller, handed to the loop thread through the mailbox, and from then on
/// touched by that thread only, libcurl's callbacks included.
final class Transfer: Timed, @unchecked Sendable {
    let request: TransferRequest
    /// When its time is over.
    ///
    /// libcurl's own timeout is not used: it is not looked at while a transfer waits for a connection of others.
    private(set) var due: Instant
    /// Where the body goes as it comes; nil: it is gathered.
    let channel: BodyChannel?
    private var continuation: CheckedContinuation<TransferOutcome, Never>?
    /// The handle while the transfer runs.
    var handle: EasyHandle?
    /// A cancellation can overtake the start.
    var isCancelled = false
    private var head = ResponseHead()
    private var body: [UInt8] = []
    private var sends = 0
    private var wasReplayPrevented = false
    private var wasTooLarge = false

    private let clock: MonotonicClock
    /// When all of a streamed transfer's time is over.
    private let end: Instant
    /// Whether the caller has the head, and the channel gets the body.
    private var isOpen = false
    /// When something of the body came last.
    private var lastProgress = Instant.zero

    init(_ request: TransferRequest, channel: BodyChannel? = nil, clock: MonotonicClock) {
        self.request = request
        self.channel = channel
        self.clock = clock
        let now = clock.now
        end = request.remaining.map { now + $0 } ?? .distantFuture
        due = min(request.timeout.map { now + $0 } ?? .distantFuture, end)
    }

    /// Called once, before the transfer is handed over.
    func await(_ continuation: CheckedContinuation<TransferOutcome, Never>) { self.continuation = continuation }

    /// Wakes the caller, or ends the body that it reads; the second call and later ones do nothing.
    func finish(_ outcome: TransferOutcome) {
        if isOpen { channel?.finish(outcome) }
        continuation?.resume(returning: outcome)
        continuation = nil
    }

    /// Gives a streamed transfer whose body still comes, or whose reader takes its time, until when it may go on;
    /// false if its time is over.
    func extend(at now: Instant) -> Bool {
        guard isOpen, let channel, let timeout = request.timeout else { return false }
        due = min((channel.isFull ? now : lastProgress) + timeout, end)
        return due > now
    }

    /// The reader has made room.
    func proceed() {
        guard let handle else { return }
        lastProgress = clock.now
        handle.proceed()
    }

    /// What it comes to when its time is over.
    var overdue: TransferOutcome { .failure(.timeout, mayHaveArrived: sends > 0) }

    /// Everything libcurl says about the ended transfer.
    func evidence(_ code: CURLcode, handle: EasyHandle) -> TransferEvidence {
        TransferEvidence(
            code: code, head: head, body: body, sends: sends,
            wasReplayPrevented: wasReplayPrevented, wasTooLarge: wasTooLarge,
            systemError: code == CURLE_OK ? 0 : Int32(truncatingIfNeeded: handle.long(CURLINFO_OS_ERRNO)))
    }

    /// Sets every option of the transfer. The handle must be fresh or reset.
    func configure(_ handle: EasyHandle) {
        handle.set(CURLOPT_URL, request.url)
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Signals would be delivered to any thread of the process.
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        switch request.proxy {
        case .environment: break
        case .direct: handle.set(CURLOPT_PROXY, "")
        case .url(let url):
            handle.set(CURLOPT_PROXY, url)
            // Nothing goes past it.
            handle.set(CURLOPT_NOPROXY, "")
        }
        // Every encoding that libcurl knows.
        if request.unfoldsBody { handle.set(CURLOPT_ACCEPT_ENCODING, "") }
        // Where the server may have HTTP/2, a connection that is being made is waited for: it may carry all.
        if request.isEncrypted { handle.set(CURLOPT_PIPEWAIT, 1) }
        // A body whose reader takes its time has a connection of its own, and holds nobody else's.
        if channel != nil { handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)) }
        if let caFile = request.caFile { handle.set(CURLOPT_CAINFO, caFile) }
        if !request.verifiesCertificates {
            handle.set(CURLOPT_SSL_VERIFYPEER, 0)
            handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let certificate = request.clientCertificate {
            handle.set(CURLOPT_SSLCERT, certificate.certificateFile)
            handle.set(CURLOPT_SSLKEY, certificate.keyFile)
        }
        if let body = request.body {
            handle.set(CURLOPT_POST, 1)
            handle.copyBody(body)
        } else if request.method == "HEAD" {
            handle.set(CURLOPT_NOBODY, 1)
        }
        handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        handle.setHeaderLines(request.headerLines)
        // The loop holds the transfer until the handle has left the multi handle: no retain is needed.
        let context = Unmanaged.passUnretained(self).toOpaque()
        handle.setCallbacks(context: context)
    }

    /// The transfer behind a callback's context.
    static func of(_ context: UnsafeMutableRawPointer) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: What libcurl calls

    func receiveHeadLine(_ line: UnsafeRawBufferPointer) {
        head.receive(line)
        // What an error says is read as a whole: the policy wants to know it.
        guard channel != nil, !isOpen, head.isComplete, head.status < 400, !head.hasConflictingLengths else { return }
        lastProgress = clock.now
        finish(.response(status: head.status, fields: head.fields, body: []))
        isOpen = true
    }

    enum Reception {
        case taken
        /// The same bytes are to come again later.
        case paused
        case refused
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Reception {
        if isOpen, let channel {
            guard channel.offer(bytes) else { return .paused }
            lastProgress = clock.now
            return .taken
        }
        guard body.count + bytes.count <= request.bodyLimit else {
            wasTooLarge = true
            return .refused
        }
        body.append(contentsOf: bytes)
        return .taken
    }

    /// Whether the request may be sent now.
    ///
    /// When a kept-alive connection dies before the first byte of a response, libcurl silently sends the request
    /// again on another one, a POST too. Here the second time is refused: whether to send again is for the policy
    /// to decide, and for the history to tell.
    func isAboutToSend() -> Bool {
        sends += 1
        wasReplayPrevented = sends > 1
        return !wasReplayPrevented
    }
}
