/// How a reply goes over the wire where it does not go as usual: what comes before it, how its length is told, what
/// is wrong with its bytes, and how fast they come.
public struct Delivery: Hashable, Sendable {
    /// Interim responses (RFC 9110 section 15.2) before the reply, in this order.
    public var informational: [Int]
    /// `nil`: `Content-Length`, and the connection is kept.
    public var framing: Framing?
    public var malformation: Malformation?
    /// `nil`: as fast as the client reads.
    public var pace: Pace?

    public init(
        informational: [Int] = [], framing: Framing? = nil, malformation: Malformation? = nil, pace: Pace? = nil
    ) {
        self.informational = informational
        self.framing = framing
        self.malformation = malformation
        self.pace = pace
    }

    /// How the end of the body is told (RFC 9112 section 6).
    public enum Framing: Hashable, Sendable {
        /// `Transfer-Encoding: chunked`.
        case chunked
        /// By the end of the connection.
        case closeDelimited
        /// `Content-Length` fields with these values, true or not.
        case contentLength([String])
    }

    /// What makes the bytes no HTTP.
    public enum Malformation: String, Hashable, Sendable, CaseIterable {
        /// The status line has no status: `HTTP/1.1 OK`.
        case statusLine = "status-line"
        /// The first header line has no colon.
        case header
        /// The size of the first chunk is no number.
        case chunk
        /// The connection ends where the last chunk should be.
        case lastChunk = "last-chunk"
    }

    /// What a client cannot make sense of, as a fixture's author would say it; `nil` for a delivery that is valid.
    public var defect: String? {
        if let malformation { return "malformed: \(malformation.rawValue)" }
        guard case .contentLength(let values)? = framing else { return nil }
        return "content-length: \(values.joined(separator: " and "))"
    }
}
