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

    /// - Parameter values: what the request had for each part of the identity.
    fileprivate init(_ identity: CallerIdentity, values: [[UInt8]?], redaction: Redaction) {
        parts = zip(identity.parts, values).map { identity, value in
            let shown: [UInt8]? =
                switch identity {
                case .header(let name): value.map { redaction.value($0, ofField: name) }
                case .query(let name): value.map { redaction.value($0, ofParameter: name) }
                case .path, .address, .everyone, .all: value
                }
            let text = shown.map { String(decoding: $0.prefix(Self.longest), as: UTF8.self) }
            return Part(source: identity.text, value: text)
        }
    }
}

/// The names of the keys of each limit. They are for people, so only so many are kept; what is decided does not
/// depend on them. They are redacted when somebody reads them: a digest takes 10,000 instructions.
struct CallerNames: Sendable {
    /// Names kept for one limit.
    static let capacity = 1 << 12

    private let redaction: Redaction
    private let identities: [CallerIdentity]
    /// What the requests had for each part of the identity.
    private var tables: [KeyTable<[[UInt8]?]>]

    init(_ redaction: Redaction, of fixture: Fixture) {
        self.redaction = redaction
        identities = fixture.limits.map { $0.key ?? fixture.caller }
        tables = identities.map { _ in KeyTable(capacity: Self.capacity) }
    }

    subscript(limit: Int, key: LimitKey) -> CallerName? {
        tables[limit][key].map { CallerName(identities[limit], values: $0, redaction: redaction) }
    }

    /// Notes who has a key, the first time that it is seen.
    mutating func note(
        _ limit: Int, _ key: LimitKey, of request: borrowing UpstreamRequest, target: RequestTarget,
        route: RoutePattern
    ) {
        guard tables[limit][key] == nil else { return }
        var values: [[UInt8]?] = []
        for identity in identities[limit].parts {
            switch identity {
            case .header(let name): values.append(request.fields.firstValue(of: name).map { Array($0) })
            case .query(let name): values.append(target.queryValue(name))
            case .path(let name):
                values.append(route.segments.firstIndex(of: .parameter(name)).flatMap { target.decodedSegment($0) })
            case .address: values.append(Array(request.address.utf8))
            case .everyone, .all: values.append(nil)
            }
        }
        tables[limit].update(key, fresh: values, isSpent: { _ in false }, change: { _ in })
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
