internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// A listening socket, made here rather than by libmicrohttpd so that a failure says exactly what is wrong.
struct Listener: ~Copyable {
    private(set) var descriptor: Int32
    let address: SocketAddress

    /// Ports that this process had from the system. A client that still believes in a lane that is gone must not
    /// meet another one, so none of them is used twice.
    private static let usedPorts = Mutex<Set<UInt16>>([])

    /// - Parameter address: port 0 stands for one that the system chooses and that this process never had.
    init(_ address: SocketAddress) throws(ServerError) {
        guard address.port == 0 else {
            (descriptor, self.address) = try Self.bind(address)
            return
        }
        // Ports that were used before are held until a fresh one is found: the system then offers others.
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        while true {
            let (descriptor, bound) = try Self.bind(address)
            if Self.usedPorts.withLock({ $0.insert(bound.port).inserted }) {
                (self.descriptor, self.address) = (descriptor, bound)
                return
            }
            held.append(descriptor)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Gives the descriptor to somebody who will close it.
    consuming func take() -> Int32 {
        let taken = descriptor
        descriptor = -1
        return taken
    }

    private static func bind(_ address: SocketAddress) throws(ServerError) -> (Int32, SocketAddress) {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else {
            throw ServerError(.resources, "cannot open a socket: \(SystemFailure(code: errno).reason)")
        }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        if address.isIPv6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        guard address.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) == 0, listen(descriptor, SOMAXCONN) == 0
        else {
            let failure = SystemFailure(code: errno)
            close(descriptor)
            throw failure.code == EADDRINUSE
                ? ServerError(.addressInUse, "\(address.authority) is in use by another program")
                : ServerError(.addressUnusable, "cannot listen on \(address.authority): \(failure.reason)")
        }
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                getsockname(descriptor, pointer, &size)
                return SocketAddress.describe(pointer).port
            }
        }
        var bound = address
        bound.port = port
        return (descriptor, bound)
    }
}
