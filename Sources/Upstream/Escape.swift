/// How a value stands in what surrounds it.
enum Escape {
    /// As it is.
    case none
    /// Between the quotation marks of a JSON string.
    case json
    /// As text or an attribute of XML or HTML.
    case xml
    /// As a field value: control characters are spaces (RFC 9110 section 5.5), so a value taken from a request
    /// cannot begin a field of its own.
    case field

    /// Appends a value.
    func append(_ value: some Collection<UInt8>, to bytes: inout [UInt8]) {
        switch self {
        case .none: bytes += value
        case .json: bytes += Array(value).escapedForJSON
        case .xml: bytes += Array(value).escapedForXML
        case .field: bytes += Array(value).withoutControls
        }
    }
}
