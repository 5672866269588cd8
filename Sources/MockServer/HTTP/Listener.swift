internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// A listening socket, made here rather than by libmicrohttpd so that a failure says exactly what is wrong, and so that
/// the port can refuse connections for a while.
struct Listener: ~Copyable {
    let descriptor: Int32
    let address: SocketAddress
    private(set) var isRefusing = false

    /// Ports that this process had from the system. A client that still believes in a lane that is gone must not
    /// meet another one, so none of them is used twice.
    private static let usedPorts = Mutex<Set<UInt16>>([])

    /// - Parameter address: port 0 stands for one that the system chooses and that this process never had.
    init(_ address: SocketAddress) throws(ServerError) {
        let (descriptor, bound) = try address.port == 0 ? Self.bindToFreshPort(of: address) : Self.bind(address)
        guard listen(descriptor, SOMAXCONN) == 0 else { throw Self.failure(at: bound, closing: descriptor) }
        (self.descriptor, self.address) = (descriptor, bound)
    }

    private static func bindToFreshPort(of address: SocketAddress) throws(ServerError) -> (Int32, SocketAddress) {
        // Ports that were used before are held until a fresh one is found: the system then offers others.
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        while true {
            let (descriptor, bound) = try bind(address)
            held.append(descriptor)
            // A second socket asks for the port by its number: one that was given a number loses it when it stops
            // listening for a while.
            if usedPorts.withLock({ $0.insert(bound.port).inserted }) { return try bind(bound) }
        }
    }

    deinit { close(descriptor) }

    /// From now on the system answers every SYN with RST. The port stays ours: it is bound, and nobody listens.
    /// Connections that the system had taken and nobody accepted are reset.
    mutating func refuse() {
        guard !isRefusing else { return }
        isRefusing = true
        shutdown(descriptor, Int32(SHUT_RD))
    }

    /// The end of ``refuse()``.
    mutating func listenAgain() {
        guard isRefusing else { return }
        isRefusing = false
        listen(descriptor, SOMAXCONN)
    }

    enum Accepted {
        case connection(Port.Connection)
        /// Nobody waits.
        case none
        /// The system has no room for another connection now.
        case noRoom
    }

    /// The next connection that waits, in non-blocking mode.
    borrowing func accept() -> Accepted {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = CMicroHTTPD_accept(descriptor, &storage, &size)
        guard accepted < 0 else {
            return .connection(Port.Connection(descriptor: accepted, address: storage, addressSize: size))
        }
        switch errno {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .noRoom
        case ECONNABORTED, EINTR: return accept()
        default: return .none
        }
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
        guard address.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            throw failure(at: address, closing: descriptor)
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

    private static func failure(at address: SocketAddress, closing descriptor: Int32) -> ServerError {
        let failure = SystemFailure(code: errno)
        close(descriptor)
        return failure.code == EADDRINUSE
            ? ServerError(.addressInUse, "\(address.authority) is in use by another program")
            : ServerError(.addressUnusable, "cannot listen on \(address.authority): \(failure.reason)")
    }
}
