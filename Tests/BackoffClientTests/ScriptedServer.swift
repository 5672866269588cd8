import Glibc
import Synchronization

/// A server that plays a script of bytes on a real socket, so that a test can break HTTP exactly where it wants.
///
/// The k-th connection plays the k-th script; connections beyond the last play the last again.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        /// Reads one request with its body; ends the script if the client has closed.
        case receive
        case send(String)
        /// Waits until the client closes.
        case stall
        /// FIN.
        case close
        /// RST.
        case reset
        /// Plays the steps again from the first.
        case again
    }

    enum Event: Sendable {
        case request(String, connection: Int)
        case clientClosed(connection: Int)
    }

    let port: UInt16
    /// What happened, in order.
    let events: AsyncStream<Event>
    private let report: AsyncStream<Event>.Continuation
    private let scripts: [[Step]]
    private let listener: Int32
    private let seen = Mutex<[String]>([])
    private let sentBytes = Mutex(0)

    init(_ scripts: [Step]...) {
        self.scripts = scripts
        (events, report) = AsyncStream.makeStream()
        (listener, port) = Self.listen()
        let listener = listener
        startThread { [weak self] in
            var number = 0
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                guard let server = self else {
                    Glibc.close(connection)
                    return
                }
                let index = number
                number += 1
                startThread { server.play(on: connection, number: index) }
            }
        }
    }

    deinit {
        // Wakes the accepting thread; the descriptor is closed by it being shut down and then closed here.
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    var authority: String { "127.0.0.1:\(port)" }

    /// The requests so far, head and body.
    var requests: [String] { seen.withLock { $0 } }

    /// How many bytes the kernel has taken.
    var sent: Int { sentBytes.withLock { $0 } }

    /// A port where nobody listens.
    static func closedPort() -> UInt16 {
        let (descriptor, port) = listen()
        Glibc.close(descriptor)
        return port
    }

    private func play(on connection: Int32, number: Int) {
        var steps = scripts[min(number, scripts.count - 1)]
        let whole = steps
        var buffer: [UInt8] = []
        while !steps.isEmpty {
            switch steps.removeFirst() {
            case .receive:
                guard let request = Self.readRequest(connection, &buffer) else {
                    report.yield(.clientClosed(connection: number))
                    Glibc.close(connection)
                    return
                }
                seen.withLock { $0.append(request) }
                report.yield(.request(request, connection: number))
            case .send(let text):
                let bytes = Array(text.utf8)
                if Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count {
                    sentBytes.withLock { $0 += bytes.count }
                }
            case .stall:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                report.yield(.clientClosed(connection: number))
            case .close: steps = []
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
                steps = []
            case .again: steps = whole
            }
        }
        Glibc.close(connection)
    }

    private static func readRequest(_ connection: Int32, _ buffer: inout [UInt8]) -> String? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: buffer, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                let length = head.split(separator: "\r\n").compactMap { line in
                    line.lowercased().hasPrefix("content-length:")
                        ? Int(line.dropFirst(15).drop { $0 == " " }) : nil
                }
                let whole = text.utf8.distance(from: text.startIndex, to: end.upperBound) + (length.first ?? 0)
                if buffer.count >= whole {
                    let request = String(decoding: buffer[..<whole], as: UTF8.self)
                    buffer.removeFirst(whole)
                    return request
                }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer.append(contentsOf: chunk[..<count])
        }
    }

    static func listen() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                precondition(bind(descriptor, generic, length) == 0, "no port on the loopback address")
                precondition(Glibc.listen(descriptor, 512) == 0, "cannot listen")
                getsockname(descriptor, generic, &length)
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

/// Runs the body on a thread of its own: the sockets here block.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    pthread_detach(thread)
}
