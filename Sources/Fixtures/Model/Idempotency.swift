/// How an upstream honours idempotency keys (draft-ietf-httpapi-idempotency-key-header).
public struct Idempotency: Hashable, Sendable {
    /// The name of the request field.
    public var header: String
    /// How long an answer is kept after it was sent.
    public var keep: Duration

    public init(header: String = "Idempotency-Key", keep: Duration = .seconds(86_400)) {
        self.header = header
        self.keep = keep
    }
}
