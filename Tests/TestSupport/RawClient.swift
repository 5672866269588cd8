import Glibc

/// A TCP connection to a server under test that shows every byte, and whether the end was a FIN or an RST.
///
/// Its calls wait on threads of their own, so that tests do not take the threads that the code under test needs.
/// Nothing waits longer than ``patience``.
public final class RawClient: Sendable {
    public enum End: Equatable, Sendable {
        case fin
        case reset
        /// Nothing came for too long.
        case silence
    }

    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    /// How long a read waits for the next byte, in milliseconds.
    ///
    /// Long, because the control API answers on the threads that the tests compute on.
    public static let patience: Int32 = 60_000

    private let descriptor: Int32

    /// Connects to a port of 127.0.0.1.
    public init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            // The descriptor is closed by deinit, which runs for an object that was complete before it threw.
            throw Failure(description: "cannot connect to port \(port): \(String(cString: strerror(errno)))")
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { Glibc.close(descriptor) }

    /// Sends text; `\n` is sent as it is, so write `\r\n` where HTTP wants it.
    public func send(_ text: String) async throws { try await send(bytes: Array(text.utf8)) }

    public func send(bytes: [UInt8]) async throws {
        try await onThread { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure(description: "cannot send: \(String(cString: strerror(errno)))") }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Sends FIN; what the server still sends can be read.
    public func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends RST.
    public func reset() {
        var nowhere = sockaddr()
        nowhere.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// Everything up to the end of the connection.
    public func readToEnd() async throws -> (bytes: [UInt8], end: End) {
        try await onThread { [descriptor] in
            var bytes: [UInt8] = []
            while true {
                switch Self.read(descriptor, 65_536) {
                case .success(let piece): bytes += piece
                case .failure(let end): return (bytes, end.end)
                }
            }
        }
    }

    /// Exactly so many bytes, as text.
    public func read(exactly count: Int) async throws -> String {
        try await onThread { [descriptor] in
            var bytes: [UInt8] = []
            while bytes.count < count { bytes += try Self.mustRead(descriptor, count - bytes.count, after: bytes) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// One response: interim ones are skipped, the body is read by its Content-Length or to the end.
    public func response(toHead: Bool = false) async throws -> RawResponse {
        try await onThread { [descriptor] in
            while true {
                var bytes: [UInt8] = []
                while !bytes.ends(with: "\r\n\r\n") { bytes += try Self.mustRead(descriptor, 1, after: bytes) }
                var response = try RawResponse(head: bytes)
                if (100..<200).contains(response.status) { continue }
                if toHead || response.status == 204 || response.status == 304 { return response }
                guard let text = response["Content-Length"], let length = Int(text) else {
                    while case .success(let piece) = Self.read(descriptor, 65_536) { response.body += piece }
                    return response
                }
                while response.body.count < length {
                    response.body += try Self.mustRead(descriptor, length - response.body.count, after: bytes)
                }
                return response
            }
        }
    }

    private struct Ended: Error { var end: End }

    private static func mustRead(_ descriptor: Int32, _ count: Int, after bytes: [UInt8]) throws -> [UInt8] {
        switch read(descriptor, count) {
        case .success(let piece): return piece
        case .failure(let ended):
            throw Failure(description: "\(ended.end) after \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    private static func read(_ descriptor: Int32, _ count: Int) -> Result<[UInt8], Ended> {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, patience) == 1 else { return .failure(Ended(end: .silence)) }
        var buffer = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &buffer, count, 0)
        if received > 0 { return .success(Array(buffer.prefix(received))) }
        return .failure(Ended(end: received == 0 ? .fin : .reset))
    }
}

/// Waits for a body that blocks, which runs on a thread of its own. Dispatch's threads are the ones that tasks run on,
/// and there are only so many of them.
public func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        startThread { continuation.resume(with: Result(catching: body)) }
    }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(ThreadBody(body))
    let code = pthread_create(
        &thread, nil,
        { argument in
            Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    precondition(code == 0, "cannot start a thread: \(String(cString: strerror(code)))")
    pthread_detach(thread)
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// A response as it came.
public struct RawResponse: Sendable {
    public var statusLine: String
    public var status: Int
    public var fields: [(name: String, value: String)]
    public var body: [UInt8] = []

    public var text: String { String(decoding: body, as: UTF8.self) }

    init(head: [UInt8]) throws {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
        guard let first = lines.first, first.hasPrefix("HTTP/1.1 "), let status = Int(first.dropFirst(9).prefix(3))
        else { throw RawClient.Failure(description: "not a response: \(head)") }
        statusLine = String(first)
        self.status = status
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (String(parts[0]), String(value))
        }
    }

    /// The first value of a field.
    public subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// How often a field occurs.
    public func count(of name: String) -> Int { fields.count { $0.name.lowercased() == name.lowercased() } }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
