internal import Fixtures
internal import Glibc

/// A throw-away authority: it is made in memory, its key is never written, and what it issued is worth nothing to
/// anybody who does not trust its certificate.
struct CertificateAuthority: Sendable {
    /// PEM. Whoever trusts it trusts the lanes.
    let certificate: String
    private let key: String

    /// A day on either side: clocks of containers are off, and nobody runs a fake upstream for longer than a year.
    private static let validity = -86_400...366 * 86_400
    private static let past = -366 * 86_400 ... -86_400

    init() throws(ServerError) {
        let pair = try KeyPair()
        let draft = try Certificate(of: pair, commonName: "Retrograde throw-away authority", valid: Self.validity)
        try draft.makeAuthority()
        certificate = try draft.signed(by: draft, pair)
        key = try pair.pem()
    }

    /// - Parameter names: names and numeric addresses that the certificate is for.
    func identity(for names: [String], valid: ClosedRange<Int> = validity) throws(ServerError) -> ServerIdentity {
        let pair = try KeyPair()
        let draft = try Certificate(of: pair, commonName: names.first ?? "localhost", valid: valid)
        try draft.makeServer(names: names)
        let signed = try draft.signed(by: try Certificate(pem: certificate), try KeyPair(pem: key))
        return ServerIdentity(certificates: signed, key: try pair.pem())
    }

    /// A certificate that is good, or wrong in the way that a fixture wants.
    func identity(for names: [String], _ kind: CertificateKind) throws(ServerError) -> ServerIdentity {
        switch kind {
        case .valid: try identity(for: names)
        case .expired: try identity(for: names, valid: Self.past)
        case .wrongName: try identity(for: ["wrong-name.invalid"])
        case .untrusted: try CertificateAuthority().identity(for: names)
        }
    }
}
