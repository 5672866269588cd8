internal import CMicroHTTPD
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

    let descriptor: Int32
    private var steps: ArraySlice<WireScript.Step>
    private var sent = 0

    init(_ script: WireScript, on descriptor: Int32) {
        self.descriptor = descriptor
        steps = script.steps[...]
    }

    /// Whether the next step breaks or ends the connection.
    var isAtEnd: Bool {
        switch steps.first {
        case nil, .finish, .reset: true
        case .send, .wait, .stall: false
        }
    }

    /// Does what can be done at `now`, up to the last step; ``finish()`` does that one.
    mutating func advance(at now: Int64) -> Progress {
        while !isAtEnd, let step = steps.first {
            switch step {
            case .send(let bytes):
                switch send(bytes) {
                case .all: break
                case .later: return .waiting(until: now + 1_000_000)
                case .never:
                    steps = []
                    return .clientLeft
                }
            case .wait(let duration):
                steps.removeFirst()
                return .waiting(until: now + duration.nanoseconds)
            case .stall: return .stalled
            case .finish, .reset: break
            }
            steps.removeFirst()
            sent = 0
        }
        return .ended
    }

    /// RST if the script says so. FIN is what libmicrohttpd sends when it closes the connection.
    func finish() {
        guard steps.first == .reset else { return }
        // Disconnecting is what sends an RST at once in every mode; with SO_LINGER libmicrohttpd's own shutdown
        // would send a FIN first.
        var nowhere = sockaddr()
        nowhere.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
    }

    private enum Sent { case all, later, never }

    private mutating func send(_ bytes: [UInt8]) -> Sent {
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                return errno == EAGAIN ? .later : .never
            }
            sent += count
        }
        return .all
    }
}
