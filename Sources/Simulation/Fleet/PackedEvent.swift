/// What is to happen to a client or to one of its calls, in 64 bits: when, to whom, what.
///
/// Ordered by time in microseconds, then by whom it concerns, so that an order of adding need not be kept and the same
/// events come in the same order whatever was added first.
struct PackedEvent: Comparable {
    enum Kind: UInt64 {
        /// A client's calls may begin.
        case begin
        /// A call asks what its client shares for an attempt.
        case ask
        /// Its request is at the upstream.
        case arrive
        /// Its client knows how the attempt ended.
        case hear
    }

    var bits: UInt64

    /// More clients, or calls under way at once, have no place in an event.
    static let largestID = 1 << 24 - 1
    /// 76 hours.
    static let latest = 1 << 38 - 1

    init(bits: UInt64) { self.bits = bits }

    init(_ kind: Kind, _ id: Int, at microseconds: Int) {
        bits = UInt64(truncatingIfNeeded: microseconds) << 26 | UInt64(truncatingIfNeeded: id) << 2 | kind.rawValue
    }

    var microseconds: Int { Int(truncatingIfNeeded: bits >> 26) }
    var id: Int { Int(truncatingIfNeeded: bits >> 2 & 0xFF_FFFF) }
    var kind: Kind { Kind(rawValue: bits & 3)! }

    static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}
