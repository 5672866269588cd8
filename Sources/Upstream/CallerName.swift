internal import Fixtures
internal import HTTPSemantics
internal import Journal
internal import RateLimiting

/// What made the key of a limit, for people to read: secrets are redacted as they are in the journal.
public struct CallerName: Hashable, Sendable {
    /// Longer values are cut; one that is redacted is shorter.
    static let longest = 128

    public struct Part: Hashable, Sendable {
        /// `header Authorization`, as a fixture says it.
        public var source: String
        /// `nil` where the request lacked it. What is no UTF-8 is repaired.
        public var value: String?

        public init(source: String, value: String?) {
            self.source = source
            self.value = value
        }
    }

    /// None for a key that everyone shares.
    public var parts: [Part]

    public init(parts: [Part]) { self.parts = parts }

    init(
        _ identity: CallerIdentity, of request: borrowing UpstreamRequest, target: RequestTarget, route: RoutePattern,
        redaction: Redaction
    ) {
        parts = []
        for identity in identity.parts {
            let value: [UInt8]? =
                switch identity {
                case .header(let name):
                    request.fields.firstValue(of: name).map { redaction.value(Array($0), ofField: name) }
                case .query(let name): target.queryValue(name).map { redaction.value($0, ofParameter: name) }
                case .path(let name):
                    route.segments.firstIndex(of: .parameter(name)).flatMap { target.decodedSegment($0) }
                case .address: Array(request.address.utf8)
                case .everyone, .all: nil
                }
            let text = value.map { String(decoding: $0.prefix(Self.longest), as: UTF8.self) }
            parts.append(Part(source: identity.text, value: text))
        }
    }
}

/// The names of the keys of each limit. They are for people, so only so many are kept; what is decided does not
/// depend on them.
struct CallerNames: Sendable {
    /// Names kept for one limit.
    static let capacity = 1 << 12

    private let redaction: Redaction
    private var tables: [KeyTable<CallerName>]

    init(_ redaction: Redaction, limits count: Int) {
        self.redaction = redaction
        tables = (0..<count).map { _ in KeyTable(capacity: Self.capacity) }
    }

    subscript(limit: Int, key: LimitKey) -> CallerName? { tables[limit][key] }

    /// Notes who has a key, the first time that it is seen.
    mutating func note(
        _ limit: Int, _ key: LimitKey, _ identity: CallerIdentity, of request: borrowing UpstreamRequest,
        target: RequestTarget, route: RoutePattern
    ) {
        guard tables[limit][key] == nil else { return }
        let name = CallerName(identity, of: request, target: target, route: route, redaction: redaction)
        tables[limit].update(key, fresh: name, isSpent: { _ in false }, change: { _ in })
    }
}

extension CallerIdentity {
    /// The identities of which it is made; none for everyone.
    fileprivate var parts: [CallerIdentity] {
        switch self {
        case .everyone: []
        case .all(let parts): parts
        case .header, .query, .path, .address: [self]
        }
    }
}
