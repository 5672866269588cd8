internal import CMicroHTTPD

/// SHA-256 over bytes that come in pieces, by GnuTLS, which libmicrohttpd brings along.
package final class BodyDigest {
    private let handle: gnutls_hash_hd_t

    package init() {
        var handle: gnutls_hash_hd_t?
        let code = gnutls_hash_init(&handle, GNUTLS_DIG_SHA256)
        guard code == 0, let handle else { preconditionFailure("GnuTLS has no SHA-256 (\(code))") }
        self.handle = handle
    }

    deinit { gnutls_hash_deinit(handle, nil) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        gnutls_hash(handle, base, bytes.count)
    }

    /// The digest of all bytes so far in lower-case hexadecimal. The next update begins anew.
    package func hexadecimal() -> String {
        var output = [UInt8](repeating: 0, count: 32)
        gnutls_hash_output(handle, &output)
        return String(hexadecimal: output)
    }
}

extension String {
    /// Two lower-case digits a byte.
    init(hexadecimal bytes: [UInt8]) {
        self.init(unsafeUninitializedCapacity: 2 * bytes.count) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[2 * index] = Self.digit(byte >> 4)
                buffer[2 * index + 1] = Self.digit(byte & 15)
            }
            return 2 * bytes.count
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
}
