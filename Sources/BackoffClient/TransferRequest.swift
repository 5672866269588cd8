import HTTPTypes

/// What is sent, in libcurl's terms.
struct TransferRequest: Sendable {
    var method: String
    var url: String
    /// Lines `Name: value`; a name alone with `;` sends the field empty, with `:` keeps libcurl from adding it.
    var headerLines: [String]
    var body: [UInt8]?
    /// From the wish to connect to the last byte, or where the body is streamed, to its head and between its pieces;
    /// nil: no limit.
    var timeout: Duration?
    /// For everything, where the body is streamed; nil: no limit.
    var remaining: Duration?
    /// The largest body that is accepted, in bytes.
    var bodyLimit: Int
    /// Whether a compressed body is asked for and unfolded.
    var unfoldsBody: Bool
    var isEncrypted: Bool
    var proxy: BackoffClient.Proxy
    /// nil: the authorities that the system trusts.
    var caFile: String?
    var verifiesCertificates: Bool
    var clientCertificate: BackoffClient.ClientCertificate?

    /// nil if the request names no scheme or authority.
    init?(_ request: HTTPRequest, body: [UInt8]?, _ configuration: BackoffClient.Configuration) {
        guard let scheme = request.scheme, let authority = request.authority else { return nil }
        method = request.method.rawValue
        url = "\(scheme)://\(authority)\(request.path ?? "/")"
        // The length is that of the body. Another one would make the rest of it the beginning of the next request.
        headerLines = request.headerFields.filter { $0.name != .contentLength }.map { field in
            field.value.isEmpty ? "\(field.name.rawName);" : "\(field.name.rawName): \(field.value)"
        }
        if request.headerFields[.userAgent] == nil { headerLines.append("User-Agent: retrograde/0.1") }
        // libcurl would call any body a form.
        if request.headerFields[.contentType] == nil { headerLines.append("Content-Type:") }
        // These methods say a length even without a body (RFC 9110 section 8.6).
        self.body = body ?? (["POST", "PUT", "PATCH"].contains(method) ? [] : nil)
        bodyLimit = configuration.bodyLimit
        // A range counts the bytes of what is sent: part of a compressed body cannot be unfolded.
        unfoldsBody =
            configuration.acceptsCompression && request.headerFields[.acceptEncoding] == nil
            && request.headerFields[.range] == nil
        isEncrypted = scheme.lowercased() == "https"
        proxy = configuration.proxy
        caFile = configuration.caFile
        verifiesCertificates = configuration.verifiesCertificates
        clientCertificate = configuration.clientCertificate
    }
}
