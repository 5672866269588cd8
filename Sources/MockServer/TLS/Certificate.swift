internal import CMicroHTTPD
internal import Glibc

/// A private key on the curve P-256, as GnuTLS has it.
final class KeyPair {
    fileprivate let raw: gnutls_x509_privkey_t

    /// A new one.
    init() throws(ServerError) {
        // GNUTLS_CURVE_TO_BITS, a macro that Swift does not import.
        let bits = UInt32(1) << 31 | UInt32(GNUTLS_ECC_CURVE_SECP256R1.rawValue)
        raw = try Self.empty()
        try check(gnutls_x509_privkey_generate(raw, GNUTLS_PK_ECDSA, bits, 0))
    }

    init(pem: String) throws(ServerError) {
        raw = try Self.empty()
        try withDatum(pem) { [raw] in gnutls_x509_privkey_import(raw, $0, GNUTLS_X509_FMT_PEM) }
    }

    deinit { gnutls_x509_privkey_deinit(raw) }

    func pem() throws(ServerError) -> String {
        try exported { [raw] in gnutls_x509_privkey_export(raw, GNUTLS_X509_FMT_PEM, $0, $1) }
    }

    private static func empty() throws(ServerError) -> gnutls_x509_privkey_t {
        var made: gnutls_x509_privkey_t?
        try check(gnutls_x509_privkey_init(&made))
        guard let made else { throw ServerError(.resources, "GnuTLS gives no key") }
        return made
    }
}

/// A certificate under construction, or one to sign with (RFC 5280).
final class Certificate {
    fileprivate let raw: gnutls_x509_crt_t

    /// - Parameter valid: from and until when, in seconds from now.
    init(of pair: KeyPair, commonName: String, valid: ClosedRange<Int>) throws(ServerError) {
        raw = try Self.empty()
        try check(gnutls_x509_crt_set_version(raw, 3))
        // Positive, and with more than the 64 random bits that authorities must have.
        var serial = [UInt8](repeating: 0, count: 16)
        for index in serial.indices { serial[index] = UInt8.random(in: 1...127) }
        try check(gnutls_x509_crt_set_serial(raw, serial, serial.count))
        let now = time(nil)
        try check(gnutls_x509_crt_set_activation_time(raw, now + valid.lowerBound))
        try check(gnutls_x509_crt_set_expiration_time(raw, now + valid.upperBound))
        try check(
            gnutls_x509_crt_set_dn_by_oid(
                raw, GNUTLS_OID_X520_COMMON_NAME, 0, commonName, UInt32(commonName.utf8.count)))
        try check(gnutls_x509_crt_set_key(raw, pair.raw))
        let id = try keyID()
        try check(gnutls_x509_crt_set_subject_key_id(raw, id, id.count))
    }

    init(pem: String) throws(ServerError) {
        raw = try Self.empty()
        try withDatum(pem) { [raw] in gnutls_x509_crt_import(raw, $0, GNUTLS_X509_FMT_PEM) }
    }

    deinit { gnutls_x509_crt_deinit(raw) }

    func makeAuthority() throws(ServerError) {
        try check(gnutls_x509_crt_set_basic_constraints(raw, 1, 0))
        try check(gnutls_x509_crt_set_key_usage(raw, UInt32(GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)))
    }

    func makeServer(names: [String]) throws(ServerError) {
        try check(gnutls_x509_crt_set_basic_constraints(raw, 0, -1))
        try check(gnutls_x509_crt_set_key_usage(raw, UInt32(GNUTLS_KEY_DIGITAL_SIGNATURE)))
        try check(gnutls_x509_crt_set_key_purpose_oid(raw, GNUTLS_KP_TLS_WWW_SERVER, 0))
        for name in names {
            let address = addressBytes(of: name)
            let bytes = address ?? Array(name.utf8)
            try check(
                gnutls_x509_crt_set_subject_alt_name(
                    raw, address == nil ? GNUTLS_SAN_DNSNAME : GNUTLS_SAN_IPADDRESS, bytes, UInt32(bytes.count),
                    UInt32(GNUTLS_FSAN_APPEND)))
        }
    }

    /// - Returns: PEM.
    func signed(by issuer: Certificate, _ key: KeyPair) throws(ServerError) -> String {
        let id = try issuer.keyID()
        try check(gnutls_x509_crt_set_authority_key_id(raw, id, id.count))
        try check(gnutls_x509_crt_sign2(raw, issuer.raw, key.raw, GNUTLS_DIG_SHA256, 0))
        return try exported { [raw] in gnutls_x509_crt_export(raw, GNUTLS_X509_FMT_PEM, $0, $1) }
    }

    private func keyID() throws(ServerError) -> [UInt8] {
        var id = [UInt8](repeating: 0, count: 64)
        var size = id.count
        try check(gnutls_x509_crt_get_key_id(raw, 0, &id, &size))
        return Array(id.prefix(size))
    }

    private static func empty() throws(ServerError) -> gnutls_x509_crt_t {
        var made: gnutls_x509_crt_t?
        try check(gnutls_x509_crt_init(&made))
        guard let made else { throw ServerError(.resources, "GnuTLS gives no certificate") }
        return made
    }
}

/// The bytes of a numeric address in network order; `nil` if it is a name.
private func addressBytes(of host: String) -> [UInt8]? {
    for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
        var bytes = [UInt8](repeating: 0, count: size)
        if inet_pton(family, host, &bytes) == 1 { return bytes }
    }
    return nil
}

private func check(_ code: Int32) throws(ServerError) {
    guard code < 0 else { return }
    let reason = gnutls_strerror(code).map { String(cString: $0) } ?? "error \(code)"
    throw ServerError(.certificateUnusable, "GnuTLS: \(reason)")
}

private func withDatum(_ text: String, _ body: (UnsafePointer<gnutls_datum_t>) -> Int32) throws(ServerError) {
    var bytes = Array(text.utf8)
    let code = bytes.withUnsafeMutableBufferPointer { buffer in
        var datum = gnutls_datum_t(data: buffer.baseAddress, size: UInt32(buffer.count))
        return body(&datum)
    }
    try check(code)
}

/// A key or a certificate in PEM, which is far below the size of the buffer.
private func exported(
    _ body: (UnsafeMutableRawPointer, UnsafeMutablePointer<Int>) -> Int32
) throws(ServerError) -> String {
    var bytes = [UInt8](repeating: 0, count: 16_384)
    var size = bytes.count
    let code = bytes.withUnsafeMutableBytes { body($0.baseAddress!, &size) }
    try check(code)
    return String(decoding: bytes.prefix(size), as: UTF8.self)
}
