internal import Fixtures
internal import HTTPSemantics
internal import RateLimiting

extension CallerIdentity {
    /// The key of the caller of a request: a digest of the identifying bytes. Requests that lack them share a key.
    func key(of request: borrowing UpstreamRequest, target: RequestTarget) -> LimitKey {
        switch self {
        case .everyone: .shared
        case .address: LimitKey(request.address.utf8)
        case .header(let name): request.fields.firstValue(of: name).map { LimitKey($0) } ?? .shared
        case .query(let name): target.queryValue(name).map { LimitKey($0) } ?? .shared
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
        let parts = [LimitKey(request.method.utf8), LimitKey(request.target), LimitKey(request.body)]
        // Digests of the parts rather than of their concatenation, in which a border could move.
        var digest: UInt64 = 0
        for part in parts { digest = (digest ^ part.digest) &* 0x9E37_79B9_7F4A_7C15 ^ digest >> 29 }
        self.init(digest: digest)
    }
}
