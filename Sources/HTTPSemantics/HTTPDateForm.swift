/// The three forms of an HTTP date that a recipient must accept (RFC 9110 section 5.6.7).
public enum HTTPDateForm: String, Hashable, Sendable, CaseIterable {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that may be generated.
    case imfFixdate = "imf-fixdate"
    /// `Sunday, 06-Nov-94 08:49:37 GMT`, obsolete.
    case rfc850
    /// `Sun Nov  6 08:49:37 1994`, obsolete.
    case asctime
}
