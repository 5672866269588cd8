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
    /// How long a window is, where it was said.
    private(set) var length: Duration?
    /// Whether the newest response counts what this gate sent in the last window, no call more and no call less: then
    /// it is a sliding window, or behaves as one so far, and nobody else draws on it.
    private(set) var isOurs = false
    private var distrusted: Instant?
    private var updated: Instant?

    init(name: String?) { self.name = name }

    /// Takes over what a response says.
    ///
    /// Responses overtake each other. One whose request was sent after the newest that is known came is newer, and may
    /// say that there is more again; of the others the least counts.
    ///
    /// - Parameters:
    ///   - calls: those that were answered before.
    ///   - inFlight: how many are under way beside.
    mutating func note(
        _ limit: RateLimitFields.Limit, _ policy: RateLimitFields.Policy?, sentAt: Instant, at now: Instant,
        calls: OwnCalls, inFlight: Int
    ) {
        let left = Int(clamping: limit.remaining)
        let said = limit.reset.map { now + $0 }
        if let quota = limit.quota ?? policy?.quota { self.quota = Int(clamping: quota) }
        if let length = policy?.window, length > .zero { self.length = length }
        let isNewer = updated.map { sentAt >= $0 } ?? true
        compare(left, calls, inFlight: inFlight, sentAt: sentAt, isNewer: isNewer, at: now)
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

    /// A new window begins, if there are such: where our own calls would still count in a sliding one, one call asks.
    ///
    /// - Returns: whether it is known what it has.
    mutating func renew(_ calls: OwnCalls, at now: Instant) -> Bool {
        (remaining, end) = (quota, nil)
        if let (quota, length) = countable {
            remaining = max(1, quota - calls.mostCounted(in: length, endingFrom: now))
        }
        return quota != nil
    }

    /// Sets ``isOurs`` by what is left after a call that was answered now.
    private mutating func compare(
        _ left: Int, _ calls: OwnCalls, inFlight: Int, sentAt: Instant, isNewer: Bool, at now: Instant
    ) {
        guard let (quota, length) = countable else {
            isOurs = false
            return
        }
        let most = 1 + inFlight + calls.mostCounted(in: length, endingFrom: sentAt)
        // One that was overtaken can only say that there are others.
        let least = isNewer ? 1 + calls.leastCounted(in: length, endingFrom: sentAt, to: now) : .min
        guard quota - left >= least, quota - left <= most else { return distrust(at: now) }
        // A bucket's count agrees by chance now and then.
        if isNewer { isOurs = distrusted.map { now - $0 >= length * 2 } ?? true }
    }

    /// Others draw on it, or it counts in another way: our own count is of no use for two windows.
    mutating func distrust(at now: Instant) { (isOurs, distrusted) = (false, now) }

    /// When one call finds room by our own count, though by the server's newest word nothing is left; nil: never.
    func room(_ calls: OwnCalls, at now: Instant) -> Instant? {
        guard isOurs, let (quota, length) = countable else { return nil }
        return calls.instant(whenFewerThan: quota, in: length, at: now)
    }

    /// Quota and length, where our own calls can be counted along.
    private var countable: (quota: Int, length: Duration)? {
        guard let quota, let length, (1...OwnCalls.capacity / 2).contains(quota) else { return nil }
        return (quota, length)
    }
}
