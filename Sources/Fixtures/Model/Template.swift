/// A response as a fixture or a dialect writes it.
public struct ResponseTemplate: Hashable, Sendable {
    public var status: Int
    public var fields: [FieldTemplate]
    public var body: BodyTemplate

    public init(status: Int, fields: [FieldTemplate] = [], body: BodyTemplate = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// A response field; the name has no placeholders except in a dialect's `for-each-limit` fields.
public struct FieldTemplate: Hashable, Sendable {
    public var name: Template
    public var value: Template

    public init(name: Template, value: Template) {
        self.name = name
        self.value = value
    }
}

public enum BodyTemplate: Hashable, Sendable {
    case none
    /// Content-Type defaults to `text/plain; charset=utf-8`.
    case text(Template)
    /// Serialised JSON whose placeholders stand inside strings and are escaped there; `application/json`.
    case json(Template)
    /// The bytes of a file that was read when the fixture was loaded, with the Content-Type of its extension.
    case bytes([UInt8], contentType: String)
    /// What the request was, as JSON, with the secrets of its head as unreadable as in the journal.
    case echo
}

/// Text with placeholders from a closed list of names, checked when the fixture is loaded. It holds no code and
/// names no file.
public struct Template: Hashable, Sendable {
    public var segments: [Segment]

    public init(segments: [Segment]) { self.segments = segments }

    /// A template without placeholders.
    public init(_ literal: String) { segments = literal.isEmpty ? [] : [.literal(Array(literal.utf8))] }

    public enum Segment: Hashable, Sendable {
        case literal([UInt8])
        case placeholder(Placeholder)
        /// A whole value of a JSON text: a number, a truth value or nothing as it is, anything else as a string.
        case value(Placeholder)
    }

    /// Whether it renders to the same bytes every time.
    public var isConstant: Bool {
        segments.allSatisfy { if case .literal = $0 { true } else { false } }
    }
}

/// A name between double braces.
public enum Placeholder: Hashable, Sendable {
    /// `path.NAME`: a parameter of the route.
    case path(String)
    /// `query.NAME`: the first value of a query parameter, percent-decoded.
    case query(String)
    /// `header.NAME`: the first value of a request field.
    case header(String)
    /// `json/POINTER`: a value in the request body.
    case json(pointer: [String])
    /// `port`: the port that the request names in its Host field, else 80.
    case port
    /// `attempt`: how often this script was asked, from 1.
    case attempt
    /// `now`: the time of sending on the lane's wall line; `now + 3s`: that much later.
    case now(ValueFormat, ahead: Duration = .zero)
    /// `id`: an identifier that is unique in the lane and follows from the seed.
    case id
    /// `uuid`: the same as a UUID (RFC 9562, version 4).
    case uuid
    /// `limit.PROPERTY | FORMAT`: what the limit in question says. In a `for-each-limit` field the limit of that
    /// round, in a refusal the limit that refused, else the tightest.
    case limit(LimitProperty, ValueFormat)
    /// `retry-after | FORMAT`: the announced wait.
    case retryAfter(ValueFormat)
}

public enum LimitProperty: String, Hashable, Sendable, CaseIterable {
    case name
    case capacity
    case remaining
    case used
    case cost
    /// What the quota is worth in 60 seconds, rounded up.
    case perMinute = "per-minute"
    /// What is gained in a second, rounded down but never nothing.
    case perSecond = "per-second"
    case window
    /// What is counted where it is not requests, as a structured string: `"concurrent-requests"`
    /// (draft-ietf-httpapi-ratelimit-headers-10, section 3.1.2).
    case unit
    /// When the next call passes.
    case retry
    /// When the quota is full again.
    case reset
}

/// How a count, a wait or a time is written. `plain` is digits for a count and whole seconds, rounded up, for a
/// wait.
public enum ValueFormat: String, Hashable, Sendable, CaseIterable {
    case plain
    /// A count with one decimal: `599.0`
    case decimal
    case seconds
    case milliseconds
    /// One to three decimals: `2.0`, `64.57`
    case decimalSeconds = "decimal-seconds"
    /// As Go prints it: `12ms`, `6m0s`
    case goDuration = "go-duration"
    /// As protobuf's JSON has it: `19s`, `45.25s`
    case protobufDuration = "protobuf-duration"
    case epochSeconds = "epoch-seconds"
    /// Three decimals: `1470173023.123`
    case epochDecimalSeconds = "epoch-decimal-seconds"
    case epochMilliseconds = "epoch-milliseconds"
    case rfc3339
    /// ISO 8601 to the minute: `2026-01-01T00:01Z`
    case isoMinute = "iso-minute"
    case imfFixdate = "imf-fixdate"
    case rfc850
    case asctime
    /// An IMF-fixdate that says `UTC` instead of `GMT`
    case imfFixdateUTC = "imf-fixdate-utc"
}
