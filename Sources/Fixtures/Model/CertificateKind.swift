/// What a client finds when it looks at the certificate of an upstream under TLS.
public enum CertificateKind: String, CaseIterable, Hashable, Sendable {
    /// Signed by the server's authority, for its names, for today.
    case valid
    /// Its time ended yesterday.
    case expired
    /// It is for another name than those by which the server can be reached.
    case wrongName = "wrong-name"
    /// Signed by an authority that nobody knows.
    case untrusted
}
