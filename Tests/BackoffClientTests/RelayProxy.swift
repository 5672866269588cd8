import Glibc
import Synchronization

/// A proxy that knows CONNECT and nothing else: it answers 200 and hands bytes to and fro.
final class RelayProxy: Sendable {
    let port: UInt16
    private let listener: Int32
    private let seen = Mutex<[String]>([])

    init() {
        (listener, port) = ScriptedServer.listen()
        let listener = listener
        startThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                guard let proxy = self else {
                    close(client)
                    return
                }
                startThread { proxy.serve(client) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The targets that were asked for, as `HOST:PORT`.
    var targets: [String] { seen.withLock { $0 } }

    private func serve(_ client: Int32) {
        guard let target = Self.target(client), let port = target.split(separator: ":").last.flatMap({ UInt16($0) })
        else {
            close(client)
            return
        }
        seen.withLock { $0.append(target) }
        guard let server = Self.connect(to: port) else {
            close(client)
            return
        }
        let answer = Array("HTTP/1.1 200 Connected\r\n\r\n".utf8)
        send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
        startThread { Self.copy(from: server, to: client) }
        Self.copy(from: client, to: server)
    }

    /// Reads the head, byte by byte so that nothing of what follows is taken.
    private static func target(_ client: Int32) -> String? {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard recv(client, &byte, 1, 0) == 1 else { return nil }
            head.append(byte)
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        return words.count > 1 && words[0] == "CONNECT" ? String(words[1]) : nil
    }

    private static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func copy(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0, send(sink, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(sink, Int32(SHUT_RDWR))
        close(source)
    }
}
