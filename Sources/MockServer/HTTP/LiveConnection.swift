internal import CMicroHTTPD
internal import Fixtures
internal import Glibc

/// A TCP connection of a daemon, from accept to close.
final class LiveConnection {
    /// From 1 in each lane.
    let number: UInt64
    let outlet: WireOutlet
    let handle: OpaquePointer
    var descriptor: Int32 { outlet.descriptor }
    /// The peer's address without its port.
    let address: String
    /// The peer's address with its port.
    let peer: String
    /// When the connection is shut unless something happens before; `nil` while a request is worked on.
    var deadline: Int64?
    /// Whether nothing on it is ever answered.
    var isStalled = false
    /// Whether it was shut because the deadline passed.
    var isOverdue = false
    /// The exchange under way.
    var current: LiveExchange?
    /// The head of its request, or, before there is one, of the request before.
    let head = RequestHead()

    init(number: UInt64, handle: OpaquePointer, deadline: Int64) {
        self.number = number
        self.handle = handle
        self.deadline = deadline
        outlet = WireOutlet(
            descriptor: CMicroHTTPD_descriptor(handle), session: CMicroHTTPD_tls_session(handle))
        let (address, port) = CMicroHTTPD_client_address(handle).map(SocketAddress.describe) ?? ("", 0)
        self.address = address
        peer = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// Whether the client closed its side before its request was complete.
    ///
    /// libmicrohttpd waits for an edge of epoll after a short read, and there is none where the last bytes and the
    /// FIN came together: it would notice at the idle timeout only.
    var isBrokenOff: Bool {
        guard let phase = current?.phase, phase == .heading || phase == .body else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }

    /// Ends the connection before its first request. libmicrohttpd notices and closes the descriptor.
    func fail(_ action: ConnectionFault.Action) {
        switch action {
        case .accept: break
        case .close: shutdown(descriptor, Int32(SHUT_RDWR))
        // Refused: the system had taken it already.
        case .reset, .refuse: SocketAddress.disconnect(descriptor)
        case .stall:
            isStalled = true
            deadline = nil
        }
    }

    /// Makes libmicrohttpd see the end of the connection at its next turn; the descriptor stays its own to close.
    ///
    /// - Parameter overdue: whether that is because its deadline passed.
    func shut(overdue: Bool = true) {
        isOverdue = overdue
        deadline = nil
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}
