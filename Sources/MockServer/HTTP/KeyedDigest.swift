internal import CMicroHTTPD

/// HMAC-SHA-256 under a key that lives and dies with the server: what a secret looks like in a journal. Equal
/// secrets are seen to be equal, and nobody who reads the journal can try out candidates.
struct KeyedDigest: Sendable {
    private let key: [UInt8]

    /// A digest under a fresh random key.
    init() {
        var key = [UInt8](repeating: 0, count: 32)
        let code = gnutls_rnd(GNUTLS_RND_KEY, &key, key.count)
        precondition(code == 0, "GnuTLS has no random bytes (\(code))")
        self.key = key
    }

    /// 12 hexadecimal digits, which is enough to tell the secrets of one journal apart.
    func callAsFunction(_ secret: some Sequence<UInt8>) -> String {
        var output = [UInt8](repeating: 0, count: 32)
        let bytes = Array(secret)
        let code = gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key.count, bytes, bytes.count, &output)
        precondition(code == 0, "GnuTLS has no HMAC (\(code))")
        return String(hexadecimal: Array(output.prefix(6)))
    }
}
