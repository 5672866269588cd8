internal import Fixtures
internal import HTTPSemantics

extension RenderedReply {
    /// The reply, or the part of it that a request asks for (RFC 9110 sections 13 and 14): 206, 304 or 416. One range
    /// of bytes is honoured; of several the whole is sent, which the specification allows.
    ///
    /// - Parameter entityTag: of the whole body.
    func inParts(for request: UpstreamRequest, entityTag: String) -> RenderedReply {
        guard status == 200, request.method == "GET" || request.method == "HEAD" else { return self }
        var whole = self
        whole.fields.append("ETag", entityTag)
        whole.fields.append("Accept-Ranges", "bytes")
        if let known = request.fields.firstValue(of: "If-None-Match"), Self.names(known, entityTag) {
            whole.status = 304
            whole.body = []
            return whole
        }
        guard request.method == "GET", let wanted = request.fields.firstValue(of: "Range"),
            let range = ByteRange(wanted), Self.mayContinue(request, entityTag)
        else { return whole }
        guard let part = range.resolved(in: body.count) else {
            whole.status = 416
            whole.fields.append("Content-Range", "bytes */\(body.count)")
            whole.body = []
            return whole
        }
        whole.status = 206
        whole.fields.append("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(body.count)")
        whole.body = Array(body[part])
        return whole
    }

    /// A date never is the validator of a body that has none.
    private static func mayContinue(_ request: UpstreamRequest, _ entityTag: String) -> Bool {
        request.fields.firstValue(of: "If-Range").map { $0.elementsEqual(entityTag.utf8) } ?? true
    }

    /// Whether a list of entity tags has this one, compared weakly, or is `*`.
    private static func names(_ list: ArraySlice<UInt8>, _ entityTag: String) -> Bool {
        String(decoding: list, as: UTF8.self).split(separator: ",").contains { element in
            let tag = element.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == entityTag
        }
    }
}

/// One range of a `Range` field: `bytes=0-99`, `bytes=100-`, `bytes=-50`.
struct ByteRange: Equatable {
    var first: Int?
    /// The last position, or how many bytes at the end where there is no ``first``.
    var last: Int?

    /// `nil` for anything that is to be ignored: another unit, several ranges, no range at all.
    init?(_ value: some Collection<UInt8>) {
        let text = String(decoding: value, as: UTF8.self)
        guard text.lowercased().hasPrefix("bytes=") else { return nil }
        let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            !(parts[0].isEmpty && parts[1].isEmpty)
        else { return nil }
        // A position that no number holds is beyond every body.
        first = parts[0].isEmpty ? nil : Int(parts[0]) ?? .max
        last = parts[1].isEmpty ? nil : Int(parts[1]) ?? .max
        if let first, let last, last < first { return nil }
    }

    /// The positions in a body of so many bytes; `nil` where none of them exists.
    func resolved(in count: Int) -> Range<Int>? {
        guard let first else {
            let size = min(last ?? 0, count)
            return size > 0 ? count - size..<count : nil
        }
        return first < count ? first..<min(last ?? .max - 1, count - 1) + 1 : nil
    }
}
