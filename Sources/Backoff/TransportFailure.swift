/// Why an attempt ended without a complete response.
public enum TransportFailure: String, Hashable, Sendable, CaseIterable {
    /// The name has no address.
    case nameNotResolved = "name not resolved"
    /// Nobody listens, or no route leads there.
    case cannotConnect = "cannot connect"
    /// TLS could not be agreed upon.
    case tlsHandshakeFailed = "TLS handshake failed"
    /// The peer's certificate is not to be trusted.
    case certificateRefused = "certificate refused"
    /// The connection was reset.
    case reset = "connection reset"
    /// The connection was closed before the response began.
    case closed = "connection closed before a response"
    /// A kept-alive connection had been closed by the server when the request was sent on it.
    case staleConnection = "kept-alive connection was gone"
    /// The response ended before its end (RFC 9112 section 8).
    case truncated = "response cut off"
    /// What came was not HTTP.
    case malformed = "response is not HTTP"
    /// The time for one attempt ran out.
    case timeout = "timed out"
    /// The response is larger than the caller allows.
    case tooLarge = "response too large"
    /// The request cannot be sent as it is: its URL, scheme or method is not understood.
    case unsendable = "request cannot be sent"

    /// The failures that may pass by themselves.
    public static let passing: Set<TransportFailure> = [
        .nameNotResolved, .cannotConnect, .tlsHandshakeFailed, .reset, .closed, .staleConnection, .truncated,
        .malformed, .timeout,
    ]
}
