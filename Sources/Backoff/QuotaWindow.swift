import HTTPSemantics

/// One limit, as the responses of a server tell of it.
struct QuotaWindow: Hashable, Sendable {
    var name: String?
    /// What a new window has, where it was said.
    private(set) var quota: Int?
    /// What was left when the newest response left the server; nil: it is asked for.
    private(set) var remaining: Int?
    /// When there will be more; nil if nobody said.
    private(set) var end: Instant?
    private var updated: Instant?

    init(name: String?) { self.name = name }

    /// Takes over what a response says.
    ///
    /// Responses overtake each other. One whose request was sent after the newest that is known came is newer, and may
    /// say that there is more again; of the others the least counts.
    mutating func note(
        _ limit: RateLimitFields.Limit, _ policy: RateLimitFields.Policy?, sentAt: Instant, at now: Instant
    ) {
        let left = Int(clamping: limit.remaining)
        let said = limit.reset.map { now + $0 }
        if let quota = limit.quota ?? policy?.quota { self.quota = Int(clamping: quota) }
        let isNewer = updated.map { sentAt >= $0 } ?? true
        if let remaining, !(isNewer && left > remaining) {
            self.remaining = min(remaining, left)
            end = [end, said].compactMap { $0 }.min()
        } else {
            remaining = left
            end = said
        }
        if isNewer { updated = now }
    }

    func hasEnded(at now: Instant) -> Bool { end.map { now >= $0 } ?? false }

    /// A new window begins.
    ///
    /// - Returns: whether it is known what it has.
    mutating func renew() -> Bool {
        (remaining, end) = (quota, nil)
        return quota != nil
    }
}
