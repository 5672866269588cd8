/// What a Retry-After field says (RFC 9110 section 10.2.3).
public enum RetryAfter: Hashable, Sendable {
    /// `1*DIGIT` seconds; a number that 64 bits cannot hold is the largest one.
    case delay(seconds: Int64)
    /// A date in one of the three forms.
    case date(WallTime, HTTPDateForm)
    /// Neither, and why. A recipient treats the field as absent.
    case malformed(reason: String)

    /// Reads a field value.
    ///
    /// - Parameter reference: the time of reading, for the two-digit year of the RFC 850 form.
    public init(_ value: some StringProtocol, reference: WallTime) {
        var text = Substring(value)
        while text.first?.isOptionalWhitespace == true { text.removeFirst() }
        while text.last?.isOptionalWhitespace == true { text.removeLast() }
        if text.isEmpty {
            self = .malformed(reason: "empty")
        } else if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            self = .delay(seconds: Int64(text) ?? .max)
        } else if let date = HTTPDate.parse(text, reference: reference) {
            self = .date(date.time, date.form)
        } else {
            self = .malformed(reason: "neither whole seconds nor an HTTP date")
        }
    }

    /// Reads the field of a message; nil if there is none. Several lines count only if they all say the same.
    public init?(in fields: FieldBlock, reference: WallTime) {
        let values = fields.values(of: "Retry-After")
        guard let first = values.first else { return nil }
        if values.allSatisfy({ $0 == first }) {
            self.init(first, reference: reference)
        } else {
            self = .malformed(reason: "\(values.count) fields that differ")
        }
    }

    /// How long to wait, counted from the receipt of the response; nil if malformed, negative if the date has passed.
    ///
    /// A date is compared with the response's own `Date`, so that a client whose clock is wrong still waits the time
    /// that the server meant. `Date` has had its fraction of a second dropped: the wait is up to a second too long
    /// and never too short.
    ///
    /// - Parameters:
    ///   - date: what the response's `Date` field said, nil if it had none that could be read.
    ///   - received: when the response came, by the recipient's clock; used where there is no `Date`.
    public func wait(date: WallTime?, received: WallTime) -> Duration? {
        switch self {
        case .delay(let seconds): .seconds(seconds)
        case .date(let time, _): time - (date ?? received)
        case .malformed: nil
        }
    }
}

extension Character {
    fileprivate var isOptionalWhitespace: Bool { self == " " || self == "\t" }
}
