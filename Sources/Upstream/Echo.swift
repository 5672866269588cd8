internal import HTTPSemantics
internal import Journal

/// What a request was, for a client that wants to know what arrived: method, target, fields and body.
struct Echo {
    /// More of a body is not echoed.
    static let bodyLimit = 64 << 10

    let json: [UInt8]

    /// - Parameter redaction: makes the secrets of the head unreadable. The body is echoed as it came.
    init(of request: UpstreamRequest, redaction: Redaction) {
        var text: [UInt8] = Array("{\"method\":".utf8) + Array(request.method.utf8).quotedForJSON
        text += Array(",\"target\":".utf8) + redaction.target(request.target).quotedForJSON
        let fields = redaction.fields(request.fields)
        let pairs = (0..<fields.count).map { index -> [UInt8] in
            let (name, value) = fields.field(at: index)
            return Array("[".utf8) + Array(name).quotedForJSON + Array(",".utf8) + Array(value).quotedForJSON
                + Array("]".utf8)
        }
        text += Array(",\"fields\":[".utf8) + Array(pairs.joined(separator: ",".utf8)) + Array("]".utf8)
        text += Array(",\"body\":{\"length\":\(request.body.count)".utf8)
        if let digest = request.bodyDigest { text += Array(",\"sha256\":\"\(digest)\"".utf8) }
        json = text + Self.content(of: request.body) + Array("}}".utf8)
    }

    /// JSON as what it is, text as a string, and nothing of other bytes.
    private static func content(of body: [UInt8]) -> [UInt8] {
        guard !body.isEmpty else { return [] }
        if body.count <= bodyLimit, String(validating: body, as: UTF8.self) != nil,
            let value = JSONScanner.value(at: [], in: body)
        {
            let json = value.kind == .string ? value.text.quotedForJSON : value.text
            return Array(",\"json\":".utf8) + json
        }
        var part = body.prefix(bodyLimit)
        // A character that the limit cuts is left out whole.
        while part.count < body.count, let next = body[part.endIndex...].first, next & 0xC0 == 0x80 {
            part.removeLast()
        }
        guard String(validating: part, as: UTF8.self) != nil, part.allSatisfy(\.isText) else { return [] }
        let isCut = part.count < body.count
        return Array(",\"text\":".utf8) + Array(part).quotedForJSON
            + Array(isCut ? ",\"truncated\":true".utf8 : "".utf8)
    }
}

extension UInt8 {
    /// No control character but tabs and ends of lines.
    fileprivate var isText: Bool { self >= 0x20 && self != 0x7F || self == 0x09 || self == 0x0A || self == 0x0D }
}
