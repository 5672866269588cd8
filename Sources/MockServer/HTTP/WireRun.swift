internal import CMicroHTTPD
internal import Fixtures
internal import Glibc
internal import HTTPSemantics

/// A wire script under way on one socket. It never closes the descriptor, which is libmicrohttpd's.
struct WireRun {
    enum Progress: Equatable {
        /// Go on at this instant of the monotonic line.
        case waiting(until: Int64)
        /// Go on never, unless somebody ends it.
        case stalled
        /// The script is at its end: the connection is to be closed now.
        case ended
        /// The client closed or reset the connection before the end.
        case clientLeft
    }

    private let outlet: WireOutlet
    private var steps: ArraySlice<WireScript.Step>
    private var sent = 0
    /// When the next piece of a paced step is due, on the monotonic line.
    private var pieceDue: Int64?
    /// When it began to overhear, on the monotonic line.
    private var overhearingSince: Int64?
    /// Bytes of the request that were read after its reply.
    private(set) var overheard = 0

    init(_ script: WireScript, on outlet: WireOutlet) {
        self.outlet = outlet
        steps = script.steps[...]
    }

    /// Whether the next step breaks or ends the connection.
    var isAtEnd: Bool {
        switch steps.first {
        case nil, .finish, .cutOff, .reset: true
        case .send, .sendPaced, .drain, .stall, .overhear: false
        }
    }

    /// Does what can be done at `now`, up to the last step; ``finish()`` does that one.
    mutating func advance(at now: Int64) -> Progress {
        while !isAtEnd, let step = steps.first {
            switch step {
            case .send(let bytes):
                if let obstacle = send(bytes, upTo: bytes.count, at: now) { return obstacle }
            case .sendPaced(let bytes, let pace):
                if let obstacle = send(bytes, pace, at: now) { return obstacle }
            case .drain:
                guard isDrained else { return .waiting(until: now + Self.retry) }
            case .stall: return .stalled
            case .overhear(let pause, let time):
                if let obstacle = overhear(after: pause.nanoseconds, for: time.nanoseconds, at: now) { return obstacle }
            case .finish, .cutOff, .reset: break
            }
            steps.removeFirst()
            sent = 0
            pieceDue = nil
        }
        return .ended
    }

    /// RST, or a FIN without a farewell, if the script says so. Else FIN is what libmicrohttpd sends when it closes the
    /// connection, after close_notify under TLS.
    func finish() {
        switch steps.first {
        case .reset: SocketAddress.disconnect(outlet.descriptor)
        case .cutOff: outlet.cutOff()
        default: break
        }
    }

    /// How long until a socket that was full, or not drained, is looked at again.
    private static let retry: Int64 = 1_000_000

    /// Sends the pieces that are due. What comes late does not make the next piece late.
    private mutating func send(_ bytes: [UInt8], _ pace: Pace, at now: Int64) -> Progress? {
        var due = pieceDue ?? now
        while sent < bytes.count {
            guard due <= now else {
                pieceDue = due
                return .waiting(until: due)
            }
            // A piece that the socket did not take whole is finished first.
            let pieceEnd = min((sent / pace.bytes + 1) * pace.bytes, bytes.count)
            pieceDue = due
            if let obstacle = send(bytes, upTo: pieceEnd, at: now) { return obstacle }
            due += pace.every.nanoseconds
        }
        return nil
    }

    /// - Returns: `nil` when all has been sent.
    private mutating func send(_ bytes: [UInt8], upTo end: Int, at now: Int64) -> Progress? {
        while sent < end {
            switch bytes.withUnsafeBytes({ outlet.send(UnsafeRawBufferPointer(rebasing: $0[sent..<end])) }) {
            case .bytes(let count): sent += count
            case .later: return .waiting(until: now + Self.retry)
            case .never:
                steps = []
                return .clientLeft
            }
        }
        return nil
    }

    /// Whether it waits for what still comes of the request, or reads it.
    var isOverhearing: Bool {
        if case .overhear = steps.first { true } else { false }
    }

    private mutating func overhear(after pause: Int64, for time: Int64, at now: Int64) -> Progress? {
        let begin = overhearingSince ?? now
        overhearingSince = begin
        guard now >= begin + pause else { return .waiting(until: begin + pause) }
        guard let count = outlet.discard() else { return nil }
        overheard += count
        return now < begin + pause + time ? .waiting(until: now + Self.retry) : nil
    }

    /// Whether the peer's system has acknowledged every byte. One that cannot say so any more has lost the connection.
    private var isDrained: Bool {
        var unacknowledged: Int32 = 0
        return ioctl(outlet.descriptor, UInt(TIOCOUTQ), &unacknowledged) != 0 || unacknowledged == 0
    }
}
