import HTTPSemantics

extension BackoffClient {
    /// Through whom requests go.
    public enum Proxy: Hashable, Sendable {
        /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say, which libcurl reads.
        case environment
        /// Nobody: straight to the server, whatever the environment says.
        case direct
        /// `http://HOST:PORT`, `socks5://HOST:PORT` or `socks5h://HOST:PORT`, with `USER:PASSWORD@` where it asks for
        /// them; for every request, whatever the environment says.
        case url(String)

        static let schemes = ["http", "socks5", "socks5h"]

        /// What is wrong with it, as a sentence; nil if nothing is.
        public var problem: String? {
            guard case .url(let url) = self else { return nil }
            let parts = url.firstRange(of: "://").map { (url[..<$0.lowerBound].lowercased(), url[$0.upperBound...]) }
            guard let (scheme, rest) = parts, Self.schemes.contains(scheme), !rest.isEmpty,
                rest.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
            else { return "a proxy is \(Self.schemes.map { "\($0)://HOST:PORT" }.joined(separator: ", "))" }
            return nil
        }
    }

    /// What the client shows to servers that ask who it is.
    public struct ClientCertificate: Hashable, Sendable {
        /// PEM; the certificate first, then those that lead to an authority.
        public var certificateFile: String
        /// PEM; not encrypted.
        public var keyFile: String

        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }
}
