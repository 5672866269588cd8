import HTTPTypes

/// What is sent, in libcurl's terms.
struct TransferRequest: Sendable {
    var method: String
    var url: String
    /// Lines `Name: value`; a name alone with `;` sends the field empty, with `:` keeps libcurl from adding it.
    var headerLines: [String]
    var body: [UInt8]?
    /// nil: no limit.
    var timeout: Duration?
    /// The largest body that is accepted, in bytes.
    var bodyLimit: Int
    /// nil: the authorities that the system trusts.
    var caFile: String?
    var verifiesCertificates = true

    /// nil if the request names no scheme or authority.
    init?(_ request: HTTPRequest, body: [UInt8]?, bodyLimit: Int) {
        guard let scheme = request.scheme, let authority = request.authority else { return nil }
        method = request.method.rawValue
        url = "\(scheme)://\(authority)\(request.path ?? "/")"
        headerLines = request.headerFields.map { field in
            field.value.isEmpty ? "\(field.name.rawName);" : "\(field.name.rawName): \(field.value)"
        }
        if request.headerFields[.userAgent] == nil { headerLines.append("User-Agent: retrograde/0.1") }
        // libcurl would call any body a form.
        if request.headerFields[.contentType] == nil { headerLines.append("Content-Type:") }
        // These methods say a length even without a body (RFC 9110 section 8.6).
        self.body = body ?? (["POST", "PUT", "PATCH"].contains(method) ? [] : nil)
        self.bodyLimit = bodyLimit
    }
}
