internal import Glibc
internal import HTTPSemantics
internal import Upstream

/// Why the server does not take a request. libmicrohttpd 0.9.75 accepts all of these in silence, and two parties
/// that read one request differently are how requests are smuggled.
enum RequestProblem: Hashable, CaseIterable {
    case severalContentLengths
    case contentLengthWithTransferEncoding
    case invalidContentLength
    case invalidFieldName
    case invalidMethod
    case missingHost
    case severalHosts
    case bodyTooLarge

    var status: Int { self == .bodyTooLarge ? 413 : 400 }

    /// A short noun phrase, for the journal and for the client.
    var reason: String {
        switch self {
        case .severalContentLengths: "more than one Content-Length field"
        case .contentLengthWithTransferEncoding: "Content-Length together with Transfer-Encoding"
        case .invalidContentLength: "a Content-Length that is not a number"
        case .invalidFieldName: "a field name with bytes that are not allowed in one"
        case .invalidMethod: "a method with bytes that are not allowed in one"
        case .missingHost: "no Host field in an HTTP/1.1 request"
        case .severalHosts: "more than one Host field"
        case .bodyTooLarge: "a body larger than this server takes"
        }
    }

    /// The first problem of a head (RFC 9112 sections 3.2, 5.1 and 6.3), and the length that it announces.
    static func check(
        _ request: borrowing UpstreamRequest, version: UnsafePointer<CChar>, bodyLimit: Int
    ) -> (problem: RequestProblem?, hasBody: Bool) {
        var lengths = 0
        var encodings = 0
        var hosts = 0
        var length: Int?
        for index in 0..<request.fields.count {
            let (name, value) = request.fields.field(at: index)
            guard !name.isEmpty, name.allSatisfy(\.isToken) else { return (.invalidFieldName, false) }
            switch name.count {
            case 4 where name.equals(lowercase: "host"): hosts += 1
            case 14 where name.equals(lowercase: "content-length"):
                lengths += 1
                length = decimal(value)
            case 17 where name.equals(lowercase: "transfer-encoding"): encodings += 1
            default: break
            }
        }
        let hasBody = lengths + encodings > 0
        guard request.method.utf8.allSatisfy(\.isToken) else { return (.invalidMethod, hasBody) }
        if lengths > 1 { return (.severalContentLengths, hasBody) }
        if lengths > 0, encodings > 0 { return (.contentLengthWithTransferEncoding, hasBody) }
        if lengths > 0, length == nil { return (.invalidContentLength, hasBody) }
        if hosts == 0, strcmp(version, "HTTP/1.1") == 0 { return (.missingHost, hasBody) }
        if hosts > 1 { return (.severalHosts, hasBody) }
        if let length, length > bodyLimit { return (.bodyTooLarge, hasBody) }
        return (nil, hasBody)
    }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
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
}

extension ArraySlice<UInt8> {
    fileprivate func equals(lowercase name: StaticString) -> Bool {
        name.withUTF8Buffer { buffer in zip(self, buffer).allSatisfy { $0.lowercasedASCII == $1 } }
    }
}
