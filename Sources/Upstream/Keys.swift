internal import Fixtures
internal import HTTPSemantics
internal import RateLimiting

/// What identifies a caller, ready to be asked of every request.
enum PreparedCaller: Sendable {
    case everyone
    case address
    /// The name in lower case.
    case header([UInt8])
    case query(String)
    case path(String)
    case all([PreparedCaller])

    init(_ identity: CallerIdentity) {
        self =
            switch identity {
            case .everyone: .everyone
            case .address: .address
            case .header(let name): .header(name.utf8.map(\.lowercasedASCII))
            case .query(let name): .query(name)
            case .path(let name): .path(name)
            case .all(let parts): .all(parts.map { PreparedCaller($0) })
            }
    }

    /// The key of the caller of a request: a digest of the identifying bytes. Requests that lack them share a key.
    ///
    /// - Parameter route: the pattern of the request's route, whose parameters a key can be.
    func key(of request: borrowing UpstreamRequest, target: RequestTarget, route: RoutePattern) -> LimitKey {
        switch self {
        case .everyone: return .shared
        case .address: return LimitKey(request.address.utf8)
        case .header(let name):
            guard let value = request.fields.firstValue(ofLowercased: name) else { return .shared }
            return LimitKey(value)
        case .query(let name): return target.queryValue(name).map { LimitKey($0) } ?? .shared
        case .path(let name):
            let position = route.segments.firstIndex(of: .parameter(name))
            return position.flatMap { target.decodedSegment($0) }.map { LimitKey($0) } ?? .shared
        case .all(let parts):
            var key = LimitKey.shared
            for part in parts { key.combine(with: part.key(of: request, target: target, route: route)) }
            return key
        }
    }
}

extension LimitKey {
    /// The key of the logical call a request belongs to: the same Idempotency-Key, else the same method, target and
    /// body.
    init(callOf request: borrowing UpstreamRequest) {
        if let key = request.fields.firstValue(of: "Idempotency-Key") {
            self.init(key)
            return
        }
        self.init(sameRequestAs: request)
    }

    /// The key of all that makes two requests the same: method, target and body.
    init(sameRequestAs request: borrowing UpstreamRequest) {
        self = .shared
        combine(with: LimitKey(request.method.utf8))
        combine(with: LimitKey(request.target))
        combine(with: LimitKey(request.body))
    }

    /// Digests of the parts rather than of their concatenation, in which a border could move.
    mutating func combine(with part: LimitKey) {
        digest = (digest ^ part.digest) &* 0x9E37_79B9_7F4A_7C15 ^ digest >> 29
    }
}
