internal import CMicroHTTPD
internal import Glibc

/// A numeric address and a port: `127.0.0.1:0`, `[::1]:8080`, `localhost:8080`.
package struct SocketAddress: Hashable, Sendable {
    package var host: String
    package var port: UInt16

    /// `nil` where the host is neither a numeric address nor `localhost`; no name is looked up.
    package init?(host: String, port: UInt16) {
        let host = host == "localhost" ? "127.0.0.1" : host
        self.host = host
        self.port = port
        var scratch = in6_addr()
        guard inet_pton(AF_INET, host, &scratch) == 1 || inet_pton(AF_INET6, host, &scratch) == 1 else { return nil }
    }

    /// `HOST:PORT`, an IPv6 address in brackets.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        self.init(host: String(host), port: port)
    }

    var isIPv6: Bool { host.contains(":") }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

    /// As it stands in a URL.
    var authority: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            inet_pton(AF_INET6, host, &address.sin6_addr)
            return withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// The numeric address and the port of a socket address.
    static func describe(_ address: UnsafePointer<sockaddr>) -> (host: String, port: UInt16) {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let raw = UnsafeRawPointer(address)
        let port: UInt16
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            var value = raw.loadUnaligned(as: sockaddr_in.self)
            inet_ntop(AF_INET, &value.sin_addr, &text, socklen_t(text.count))
            port = UInt16(bigEndian: value.sin_port)
        case AF_INET6:
            var value = raw.loadUnaligned(as: sockaddr_in6.self)
            inet_ntop(AF_INET6, &value.sin6_addr, &text, socklen_t(text.count))
            port = UInt16(bigEndian: value.sin6_port)
        default: return ("", 0)
        }
        return (text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }, port)
    }

    /// Sends an RST. Disconnecting does so at once in every mode; with SO_LINGER libmicrohttpd's own shutdown would
    /// send a FIN first. The descriptor stays open.
    static func disconnect(_ descriptor: Int32) {
        var nowhere = sockaddr()
        nowhere.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
    }
}
