internal import CMicroHTTPD
internal import HTTPSemantics
internal import Upstream

/// Turns rendered replies into libmicrohttpd's response objects.
enum ResponseWriter {
    /// A response object with one reference, or `nil` where the reply must go out as bytes of our own: statuses
    /// that libmicrohttpd treats as interim or does not know, empty values, fields that it writes itself.
    static func response(for reply: RenderedReply, closing: Bool) -> OpaquePointer? {
        guard (200...999).contains(reply.status), !reply.fields.needsOwnBytes else { return nil }
        let created = reply.body.withUnsafeBytes { bytes in
            // Copied at once, so nothing of ours has to outlive the call.
            MHD_create_response_from_buffer(
                bytes.count, bytes.baseAddress.map(UnsafeMutableRawPointer.init(mutating:)), .RESPMEM_MUST_COPY)
        }
        guard let response = created else { return nil }
        let isComplete = reply.fields.bytes.withUnsafeBytes { bytes in
            let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            for index in 0..<reply.fields.count {
                guard let start,
                    MHD_add_response_header(
                        response, start + reply.fields.nameRange(at: index).lowerBound,
                        start + reply.fields.valueRange(at: index).lowerBound) == .YES
                else { return false }
            }
            return true
        }
        guard isComplete else {
            MHD_destroy_response(response)
            return nil
        }
        if closing { MHD_add_response_header(response, "Connection", "close") }
        return response
    }

    /// The fields of a reply with what the server adds to them.
    static func fieldsSent(_ reply: consuming RenderedReply, closing: Bool) -> FieldBlock {
        var fields = FieldBlock()
        swap(&fields, &reply.fields)
        if reply.hasBody, fields.firstValue(of: "Content-Length") == nil {
            fields.append(name: "Content-Length".utf8) { bytes in
                bytes.append(decimal: Int64(reply.body.count))
                return true
            }
        }
        if closing, fields.firstValue(of: "Connection") == nil { fields.append("Connection", "close") }
        return fields
    }
}

extension FieldBlock {
    fileprivate var needsOwnBytes: Bool {
        for index in 0..<count {
            if valueRange(at: index).isEmpty { return true }
            switch nameRange(at: index).count {
            case 14, 17:
                let text = String(decoding: field(at: index).name, as: UTF8.self).lowercased()
                if text == "content-length" || text == "transfer-encoding" { return true }
            default: break
            }
        }
        return false
    }
}
