internal import Fixtures
internal import Journal

/// What the lanes of one server share on the loop thread.
final class SharedState {
    let loop: Loop
    let configuration: MockServer.Configuration
    let holds: HoldRegistry
    let sentinel: StallSentinel
    /// Secrets become digests under a key that no other server has.
    let redaction: Redaction

    init(loop: Loop, configuration: MockServer.Configuration, sentinel: StallSentinel) {
        self.loop = loop
        self.configuration = configuration
        self.sentinel = sentinel
        let digest = KeyedDigest()
        redaction = Redaction { digest($0) }
        holds = HoldRegistry()
    }

    /// Made for the first lane that needs it; the same for all of the server.
    private(set) var authority: CertificateAuthority?

    /// What a lane under TLS shows.
    func identity(_ kind: CertificateKind?) throws(ServerError) -> ServerIdentity {
        if let own = configuration.identity {
            guard kind == nil || kind == .valid else {
                throw ServerError(
                    .certificateUnusable, "the fixture wants a bad certificate, and the server has one of its own")
            }
            return own
        }
        let authority: CertificateAuthority
        if let made = self.authority { authority = made } else { authority = try CertificateAuthority() }
        self.authority = authority
        var names = ["localhost", "127.0.0.1", "::1"]
        for name in [configuration.address] + configuration.certificateNames where !names.contains(name) {
            names.append(name)
        }
        return try authority.identity(for: names, kind ?? .valid)
    }
}
