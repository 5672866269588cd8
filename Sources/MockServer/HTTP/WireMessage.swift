internal import Fixtures
internal import HTTPSemantics
internal import Upstream

/// A response as the bytes that go out, right or wrong, in the two parts that faults count in.
struct WireMessage: Hashable, Sendable {
    /// The fields as they go out, for the journal.
    let fields: FieldBlock
    /// Interim responses, each with its empty line.
    let interim: [UInt8]
    /// Status line, fields and the empty line.
    let head: [UInt8]
    /// The body as its framing has it, chunk sizes included.
    let body: [UInt8]

    private static let chunkSize = 4096

    /// - Parameters:
    ///   - toHead: whether it answers a HEAD request and so ends after its head.
    ///   - closing: whether it says that the connection ends after it.
    init(_ reply: RenderedReply, _ delivery: Delivery = Delivery(), toHead: Bool, closing: Bool) {
        let malformation = delivery.malformation
        let needsChunks = malformation == .chunk || malformation == .lastChunk
        let framing = needsChunks ? .chunked : delivery.framing
        fields = Self.fields(of: reply, framing, closing: closing || framing == .closeDelimited)
        interim = reply.informational.flatMap { "HTTP/1.1 \(ReasonPhrase.line($0))\r\n\r\n".utf8 }
        var head = Array("HTTP/1.1 ".utf8)
        switch malformation {
        case .statusLine: head += "OK".utf8
        case .header: head += "\(ReasonPhrase.line(reply.status))\r\nno colon in this line".utf8
        case .chunk, .lastChunk, nil: head += "\(reply.status) \(ReasonPhrase.of(reply.status) ?? "")".utf8
        }
        head += "\r\n".utf8
        for index in 0..<fields.count {
            let (name, value) = fields.field(at: index)
            head += name
            head += value.isEmpty ? ":".utf8 : ": ".utf8
            head += value
            head += "\r\n".utf8
        }
        self.head = head + "\r\n".utf8
        guard reply.hasBody, !toHead else {
            body = []
            return
        }
        body = framing == .chunked ? Self.chunked(reply.body, malformation) : reply.body
    }

    private static func fields(
        of reply: RenderedReply, _ framing: Delivery.Framing?, closing: Bool
    ) -> FieldBlock {
        var fields = reply.fields
        switch framing {
        case .chunked where reply.hasBody: fields.append("Transfer-Encoding", "chunked")
        case .contentLength(let values): for value in values { fields.append("Content-Length", value) }
        case .chunked, .closeDelimited: break
        case nil:
            if reply.hasBody, fields.firstValue(of: "Content-Length") == nil {
                fields.append("Content-Length", String(reply.body.count))
            }
        }
        if closing, fields.firstValue(of: "Connection") == nil { fields.append("Connection", "close") }
        return fields
    }

    private static func chunked(_ body: [UInt8], _ malformation: Delivery.Malformation?) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = body[...]
        while !rest.isEmpty {
            let piece = rest.prefix(chunkSize)
            rest = rest.dropFirst(chunkSize)
            let isFirst = bytes.isEmpty
            bytes += isFirst && malformation == .chunk ? "zz".utf8 : String(piece.count, radix: 16).utf8
            bytes += "\r\n".utf8
            bytes += piece
            bytes += "\r\n".utf8
        }
        if malformation == .chunk, body.isEmpty { return Array("zz\r\n\r\n".utf8) }
        return malformation == .lastChunk ? bytes : bytes + "0\r\n\r\n".utf8
    }
}

extension RenderedReply {
    /// 1xx, 204 and 304 have none (RFC 9110 section 6.4.1).
    var hasBody: Bool { status >= 200 && status != 204 && status != 304 }
}
