/// Reads `tls:` of a fixture.
struct TLSDecoder {
    func certificate(_ value: Value) -> CertificateKind? {
        value.mapping(of: TLSKey.self)?.required(.certificate, "certificate: expired")?.choice("certificate")
    }
}
