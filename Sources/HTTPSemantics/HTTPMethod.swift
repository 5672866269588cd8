/// What the standard methods promise (RFC 9110 section 9.2). Methods are case-sensitive.
public enum HTTPMethod {
    /// Whether the client asks for nothing but to read (section 9.2.1).
    public static func isSafe(_ method: String) -> Bool {
        switch method {
        case "GET", "HEAD", "OPTIONS", "TRACE": true
        default: false
        }
    }

    /// Whether several identical requests have the intended effect of one (section 9.2.2): the safe methods, PUT
    /// and DELETE. A method nobody has defined promises nothing.
    public static func isIdempotent(_ method: String) -> Bool {
        isSafe(method) || method == "PUT" || method == "DELETE"
    }
}
