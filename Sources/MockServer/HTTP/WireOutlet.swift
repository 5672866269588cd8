internal import CMicroHTTPD
internal import Glibc

/// Where the bytes of a wire script go: into the socket, or into the records of the connection's TLS session.
struct WireOutlet {
    let descriptor: Int32
    /// GnuTLS's session, which libmicrohttpd owns; `nil` without TLS.
    let session: gnutls_session_t?

    enum Sent: Equatable {
        case bytes(Int)
        /// The client takes no more for now.
        case later
        case never
    }

    /// - Parameter bytes: after ``Sent/later`` the same ones, which is what GnuTLS demands.
    func send(_ bytes: UnsafeRawBufferPointer) -> Sent {
        guard let session else {
            let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            if count >= 0 { return .bytes(count) }
            if errno == EINTR { return .bytes(0) }
            return errno == EAGAIN ? .later : .never
        }
        let count = gnutls_record_send(session, bytes.baseAddress, bytes.count)
        if count >= 0 { return .bytes(count) }
        if count == Int(GNUTLS_E_INTERRUPTED) { return .bytes(0) }
        return count == Int(GNUTLS_E_AGAIN) ? .later : .never
    }

    /// The end of what is sent: close_notify under TLS (RFC 8446 section 6.1), then FIN. Nothing is read any more.
    func end() {
        if let session { gnutls_bye(session, GNUTLS_SHUT_WR) }
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// FIN without close_notify, which under TLS is the sign of an end that somebody else may have forged.
    func cutOff() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Throws away what has come, encrypted or not, and says how many bytes that were; `nil` at the client's end.
    func discard() -> Int? {
        // tcp(7): MSG_TRUNC throws away received bytes instead of copying them.
        let count = recv(descriptor, nil, 1 << 20, Int32(MSG_TRUNC | MSG_DONTWAIT))
        if count > 0 { return count }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : nil
    }
}
