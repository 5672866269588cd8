internal import DequeModule
public import HTTPSemantics

/// At most `quota` units in any stretch of time of length `window`, wherever it begins: what was charged at an
/// instant counts for one window from it, and not at its end.
///
/// The log of a key holds one entry for each instant at which it was charged. Only the last `quota` units can still
/// matter, so where refused requests are charged they push older units out and the log grows no further: the limit
/// of somebody who never stops asking never opens again.
///
/// The log is exact up to ``exactEntries`` entries. Beyond them charges that follow each other within
/// `window / exactEntries` become one, at the later instant: less is admitted then, never more.
public struct SlidingWindowLog: RateLimiter {
    /// Units charged until an instant. Totals wrap around; only their differences mean something.
    private struct Entry: Sendable {
        var instant: Instant
        var total: Int64
    }

    private struct Log: Sendable {
        var entries: Deque<Entry> = []
        /// The total before the first unit that can still matter.
        var base: Int64 = 0

        var total: Int64 { entries.last?.total ?? base }

        /// Units charged after an instant.
        func units(after instant: Instant) -> Int64 {
            let first = entries.firstPosition { $0.instant > instant }
            let before = first == 0 ? base : entries[first - 1].total
            return total &- before
        }
    }

    /// A log of this length is exact; it never holds more than twice as many entries.
    public static let exactEntries = 1 << 15

    public let capacity: Int64
    private let window: Duration
    private var logs: KeyTable<Log>

    /// - Parameters:
    ///   - quota: units in any window, 0 or more.
    ///   - window: longer than zero.
    ///   - keyCapacity: keys kept at most; see ``KeyTable``.
    public init(quota: Int64, window: Duration, keyCapacity: Int = LimitPolicy.defaultKeyCapacity) {
        precondition(quota >= 0 && window > .zero, "a quota of something in a window of some length")
        capacity = quota
        self.window = window
        logs = KeyTable(capacity: keyCapacity)
    }

    public var trackedKeys: Int { logs.count }
    public func recentKeys(atMost count: Int) -> [LimitKey] { logs.recentKeys(atMost: count) }

    public func assess(_ key: LimitKey, cost: Int64, at now: Instant) -> Assessment {
        guard let log = logs[key] else {
            return Assessment(
                admits: cost <= capacity, capacity: capacity, remaining: capacity,
                retryAt: cost <= capacity ? now : nil, resetAt: now)
        }
        let used = log.units(after: now - window)
        let remaining = capacity - used
        let admits = cost <= remaining
        let last = log.entries.last?.instant ?? now
        var retryAt: Instant? = now
        if !admits {
            retryAt = cost <= capacity ? opening(log, for: cost) : nil
        }
        return Assessment(
            admits: admits, capacity: capacity, remaining: remaining, retryAt: retryAt,
            resetAt: used > 0 ? last + window : now)
    }

    public mutating func charge(_ key: LimitKey, cost: Int64, at now: Instant) {
        let (capacity, window) = (capacity, window)
        let taken = min(cost, capacity)
        logs.update(
            key, fresh: Log(),
            isSpent: { $0.units(after: now - window) == 0 },
            change: { log in
                while let first = log.entries.first, first.instant + window <= now {
                    log.base = first.total
                    log.entries.removeFirst()
                }
                guard taken > 0 else { return }
                let total = log.total &+ taken
                if let last = log.entries.last, Self.joins(now, last.instant, log.entries.count, window) {
                    log.entries[log.entries.count - 1] = Entry(instant: max(now, last.instant), total: total)
                } else {
                    log.entries.append(Entry(instant: now, total: total))
                }
                // Only the last `capacity` units can matter.
                if total &- log.base > capacity { log.base = total &- capacity }
                while let first = log.entries.first, first.total &- log.base <= 0 { log.entries.removeFirst() }
            })
    }

    /// Whether a charge now becomes part of the newest of so many entries.
    private static func joins(_ now: Instant, _ newest: Instant, _ count: Int, _ window: Duration) -> Bool {
        if now <= newest { return true }
        guard count >= exactEntries else { return false }
        let quantum = max(1, window.nanoseconds / Int64(exactEntries))
        return now.nanoseconds / quantum == newest.nanoseconds / quantum
    }

    /// When so much has left the window that a cost of at most the capacity finds room.
    private func opening(_ log: Log, for cost: Int64) -> Instant {
        let leaving = log.total &- log.base - (capacity - cost)
        let entry = log.entries.firstPosition { $0.total &- log.base >= leaving }
        return log.entries[entry].instant + window
    }
}

extension Deque {
    /// The first position from which on a condition holds, by halving; the count where it never does.
    fileprivate func firstPosition(where holds: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
