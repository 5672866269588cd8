internal import CMicroHTTPD
internal import Glibc

/// Asks a server's control port whether it serves: one small request on a socket, for `retrograde health`.
package enum HealthProbe {
    package struct Failure: Error {
        /// The end of a sentence about the server: `does not listen there`.
        package var reason: String
    }

    /// - Parameters:
    ///   - url: `http://127.0.0.1:49214`; a numeric address or `localhost`. A path is used as it is, no path means
    ///     `/v1/health`.
    ///   - seconds: how long each step may take.
    package static func check(_ url: String, patience seconds: Int = 2) throws(Failure) {
        guard let (address, path) = parse(url) else {
            throw Failure(reason: "is not a URL such as http://127.0.0.1:49214")
        }
        let status = try status(of: path, at: address, patience: seconds)
        guard status == 200 else { throw Failure(reason: "answers \(status)") }
    }

    private static func parse(_ url: String) -> (SocketAddress, path: String)? {
        guard url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(7)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        guard let address = SocketAddress(authority), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        return (address, path.isEmpty || path == "/" ? "/v1/health" : String(path))
    }

    private static func status(
        of path: String, at address: SocketAddress, patience seconds: Int
    ) throws(Failure) -> Int {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(reason: "cannot be asked: \(SystemFailure(code: errno).reason)") }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard address.withSockaddr({ connect(descriptor, $0, $1) }) == 0 else {
            throw Failure(reason: "does not answer: \(SystemFailure(code: errno).reason)")
        }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: \(address.authority)\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Failure(reason: "does not take the request: \(SystemFailure(code: errno).reason)")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while answer.count < 12 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Failure(reason: "does not answer in \(seconds) s") }
            answer += buffer.prefix(count)
        }
        let line = String(decoding: answer.prefix(12), as: UTF8.self)
        guard line.hasPrefix("HTTP/1.1 "), let status = Int(line.suffix(3)) else {
            throw Failure(reason: "does not speak HTTP/1.1")
        }
        return status
    }
}
