internal import HTTPSemantics
internal import RateLimiting

/// The answers that an upstream keeps for idempotency keys, in bounded memory.
struct AnswerStore: Sendable {
    /// What is known of a key.
    enum Finding: Equatable {
        /// Nothing: its request is under way from now on.
        case unknown
        /// The answer to the same request.
        case answered(RenderedReply)
        /// The same request is still under way.
        case underWay
        /// The key belongs to a request that is not the same.
        case otherRequest
    }

    private struct Entry {
        var request: LimitKey
        /// While the request is under way, what it would be answered if its client never heard of it.
        var reply: RenderedReply?
        var isUnderWay = true
    }

    /// Beyond either, the oldest answers are forgotten.
    static let capacity = 100_000
    static let byteCapacity = 64 << 20

    private var entries: [LimitKey: Entry] = [:]
    /// Those with an answer, in the order in which they end; those before ``first`` are gone.
    private var endings: [(key: LimitKey, at: Instant)] = []
    private var first = 0
    private var bytes = 0

    /// - Parameter request: a digest of all that makes two requests the same.
    mutating func find(_ key: LimitKey, request: LimitKey, at now: Instant) -> Finding {
        while first < endings.count, endings[first].at <= now { forgetOldest() }
        guard let entry = entries[key] else {
            entries[key] = Entry(request: request)
            return .unknown
        }
        guard entry.request == request else { return .otherRequest }
        guard !entry.isUnderWay, let reply = entry.reply else { return .underWay }
        return .answered(reply)
    }

    /// The work of a request is decided: its answer is kept even if nobody is there any more to hear it.
    mutating func prepare(_ reply: RenderedReply, for key: LimitKey) { entries[key]?.reply = reply }

    /// Keeps the answer of a request that is under way.
    mutating func keep(_ reply: RenderedReply, for key: LimitKey, until end: Instant) {
        guard let entry = entries[key], entry.isUnderWay else { return }
        entries[key]?.reply = reply
        entries[key]?.isUnderWay = false
        endings.append((key, end))
        bytes += reply.size
        while endings.count - first > Self.capacity || bytes > Self.byteCapacity { forgetOldest() }
    }

    /// The request is over. If there is no answer to keep, the next one with its key is new.
    mutating func finish(_ key: LimitKey, until end: Instant) {
        guard let entry = entries[key], entry.isUnderWay else { return }
        if let reply = entry.reply {
            keep(reply, for: key, until: end)
        } else {
            entries[key] = nil
        }
    }

    private mutating func forgetOldest() {
        bytes -= entries.removeValue(forKey: endings[first].key)?.reply?.size ?? 0
        first += 1
        // The places of those that are gone are given up when they are the most.
        if first > 64, first > endings.count / 2 {
            endings.removeFirst(first)
            first = 0
        }
    }
}

extension RenderedReply {
    fileprivate var size: Int {
        (0..<fields.count).reduce(body.count) { sum, index in
            let field = fields.field(at: index)
            return sum + field.name.count + field.value.count
        }
    }
}
