internal import ArgumentParser
internal import MockServer

/// Whether and with which certificate the upstreams speak TLS.
struct TLSOptions: ParsableArguments {
    @Flag(
        help: """
            Speak TLS, with certificates for localhost and the loopback addresses from an authority that is made at \
            the start. Without it only fixtures with "tls" do.
            """)
    var tls = false

    @Option(help: ArgumentHelp("Write that authority's certificate to this file (PEM).", valueName: "file"))
    var tlsCa: String?

    @Option(help: ArgumentHelp("A certificate of your own (PEM), with those above it.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The key of your own certificate (PEM).", valueName: "file"))
    var tlsKey: String?

    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key go together")
        }
        if tlsCert != nil, tlsCa != nil {
            throw ValidationError("--tls-ca is for the throw-away authority, and there is none with --tls-cert")
        }
    }

    /// A certificate of one's own is a wish for TLS.
    var isWanted: Bool { tls || tlsCert != nil }

    func identity() throws(Failure) -> ServerIdentity? {
        guard let tlsCert, let tlsKey else { return nil }
        return ServerIdentity(certificates: try Self.text(of: tlsCert), key: try Self.text(of: tlsKey))
    }

    /// Writes the authority's certificate where it was asked for.
    func writeAuthority(of lanes: [Lane]) throws(Failure) {
        guard let tlsCa else { return }
        guard let authority = lanes.lazy.compactMap(\.authority).first else {
            throw Failure(message: "--tls-ca: no upstream speaks TLS; add --tls")
        }
        var file = try OutputFile(tlsCa)
        try file.write(Array(authority.utf8))
    }

    private static func text(of path: String) throws(Failure) -> String {
        do throws(FileReadError) {
            return String(decoding: try bytes(ofFile: path, limit: 1 << 20), as: UTF8.self)
        } catch {
            throw Failure(message: "\(path) \(error.reason)")
        }
    }
}
