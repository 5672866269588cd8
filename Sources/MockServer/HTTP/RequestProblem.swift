internal import Glibc
internal import HTTPSemantics
internal import Upstream

/// Why the server does not take a request. libmicrohttpd 0.9.75 accepts all of these in silence, and two parties
/// that read one request differently are how requests are smuggled.
enum RequestProblem: Hashable, CaseIterable {
    case severalContentLengths
    case contentLengthWithTransferEncoding
    case invalidContentLength
    case severalTransferEncodings
    case unknownTransferCoding
    case transferEncodingInOldVersion
    case invalidFieldName
    case invalidFieldValue
    case foldedField
    case invalidMethod
    case missingHost
    case severalHosts
    case bodyTooLarge

    var status: Int {
        switch self {
        case .bodyTooLarge: 413
        case .unknownTransferCoding: 501
        default: 400
        }
    }

    /// A short noun phrase, for the journal and for the client.
    var reason: String {
        switch self {
        case .severalContentLengths: "more than one Content-Length field"
        case .contentLengthWithTransferEncoding: "Content-Length together with Transfer-Encoding"
        case .invalidContentLength: "a Content-Length that is not a number"
        case .severalTransferEncodings: "more than one Transfer-Encoding field"
        case .unknownTransferCoding: "a transfer coding other than chunked"
        case .transferEncodingInOldVersion: "Transfer-Encoding in a request older than HTTP/1.1"
        case .invalidFieldName: "a field name with bytes that are not allowed in one"
        case .invalidFieldValue: "a field value with bytes that are not allowed in one"
        case .foldedField: "a field that goes on in the next line"
        case .invalidMethod: "a method with bytes that are not allowed in one"
        case .missingHost: "no Host field in an HTTP/1.1 request"
        case .severalHosts: "more than one Host field"
        case .bodyTooLarge: "a body larger than this server takes"
        }
    }

    /// What the fields of a head say of the body that follows it.
    struct Framing {
        var lengths = 0
        var encodings = 0
        var hosts = 0
        /// `nil` where there is none, or none that is a number.
        var length: Int?
        /// Whether the last Transfer-Encoding is `chunked` and nothing else.
        var isChunked = false

        init(_ fields: FieldBlock) {
            fields.bytes.withUnsafeBytes { bytes in
                for index in 0..<fields.count {
                    let name = UnsafeRawBufferPointer(rebasing: bytes[fields.nameRange(at: index)])
                    switch name.count {
                    case 4 where name.equals(lowercase: "host"): hosts += 1
                    case 14 where name.equals(lowercase: "content-length"):
                        lengths += 1
                        length = decimal(bytes[fields.valueRange(at: index)])
                    case 17 where name.equals(lowercase: "transfer-encoding"):
                        encodings += 1
                        let coding = UnsafeRawBufferPointer(rebasing: bytes[fields.valueRange(at: index)])
                        isChunked = coding.count == 7 && coding.equals(lowercase: "chunked")
                    default: break
                    }
                }
            }
        }

        var hasBody: Bool { lengths + encodings > 0 }

        /// A length that two readers could read differently.
        var lengthProblem: RequestProblem? {
            if lengths > 1 { return .severalContentLengths }
            if lengths > 0, encodings > 0 { return .contentLengthWithTransferEncoding }
            return lengths > 0 && length == nil ? .invalidContentLength : nil
        }
    }

    /// The first problem of a head (RFC 9112 sections 3.2, 5.1, 6.1 and 6.3).
    ///
    /// - Parameter isOld: whether the request is of HTTP/1.0.
    static func problem(
        method: String, _ fields: FieldBlock, _ framing: Framing, isOld: Bool, bodyLimit: Int
    ) -> RequestProblem? {
        if let problem = oddByte(in: fields) { return problem }
        guard method.utf8.allSatisfy(\.isToken) else { return .invalidMethod }
        if let problem = framing.lengthProblem { return problem }
        if framing.encodings > 1 { return .severalTransferEncodings }
        if framing.encodings > 0, isOld { return .transferEncodingInOldVersion }
        if framing.encodings > 0, !framing.isChunked { return .unknownTransferCoding }
        if framing.hosts == 0, !isOld { return .missingHost }
        if framing.hosts > 1 { return .severalHosts }
        if let length = framing.length, length > bodyLimit { return .bodyTooLarge }
        return nil
    }

    private static func oddByte(in fields: FieldBlock) -> RequestProblem? {
        fields.bytes.withUnsafeBytes { bytes in
            for index in 0..<fields.count {
                let name = fields.nameRange(at: index)
                guard !name.isEmpty else { return .invalidFieldName }
                for position in name where !bytes[position].isToken { return .invalidFieldName }
                for position in fields.valueRange(at: index) where !bytes[position].isFieldContent {
                    return .invalidFieldValue
                }
            }
            return nil
        }
    }
}

private func decimal(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard !digits.isEmpty else { return nil }
    var value = 0
    for digit in digits {
        guard (0x30...0x39).contains(digit) else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = product.addingReportingOverflow(Int(digit - 0x30))
        guard !overflow, !carried else { return nil }
        value = sum
    }
    return value
}

extension UInt8 {
    /// tchar of RFC 9110 section 5.6.2.
    fileprivate var isToken: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        // ! # $ % & ' * + - . ^ _ ` | ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// A byte of field-content or a space (RFC 9110 section 5.5).
    fileprivate var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }
}

extension UnsafeRawBufferPointer {
    /// - Parameter name: as long as this.
    fileprivate func equals(lowercase name: StaticString) -> Bool {
        for index in 0..<count where self[index].lowercasedASCII != name.utf8Start[index] { return false }
        return true
    }
}
