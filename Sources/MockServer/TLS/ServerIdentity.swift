/// What a lane under TLS shows to its clients: a certificate, with those that lead to its authority, and its key.
public struct ServerIdentity: Hashable, Sendable {
    /// PEM, the lane's own certificate first.
    public var certificates: String
    /// PEM, without a passphrase.
    public var key: String

    public init(certificates: String, key: String) {
        self.certificates = certificates
        self.key = key
    }
}
