import HTTPSemantics

/// When the calls of a gate were sent and answered, as far back as a limit may still count them.
///
/// A server counts a call at some instant between the two. So what it counts in a sliding window is known from both
/// sides, and a call surely counts no more one window after its answer.
struct OwnCalls: Hashable, Sendable {
    private struct Call: Hashable, Sendable {
        var sent: Instant
        var answered: Instant
        /// Whether the server said that it took the call; if not, it may have counted it or not.
        var isSure: Bool
    }

    /// So many are kept; a larger quota than half of it is not counted along.
    static let capacity = 1 << 14

    /// In order of their answers.
    private var calls: [Call] = []
    /// What lies before is forgotten.
    private var head = 0

    /// - Parameter since: older ones matter no more.
    mutating func append(sent: Instant, answered: Instant, isSure: Bool, since: Instant) {
        calls.append(Call(sent: sent, answered: answered, isSure: isSure))
        while head < calls.count, calls[head].answered < since || calls.count - head > Self.capacity { head += 1 }
        if head > 64 && head * 2 > calls.count {
            calls.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() { (calls, head) = ([], 0) }

    /// How many at most a server counts in the window that ends at an instant, or later.
    func mostCounted(in window: Duration, endingFrom earliest: Instant) -> Int {
        calls.count - firstAnswered(after: earliest - window - Self.margin(window))
    }

    /// How many it counts at least, if the window ends between two instants.
    func leastCounted(in window: Duration, endingFrom earliest: Instant, to latest: Instant) -> Int {
        let begin = latest - window + Self.margin(window)
        return calls[firstAnswered(after: begin)...].count { $0.isSure && $0.sent > begin && $0.answered <= earliest }
    }

    /// When fewer than so many count, if no others come.
    func instant(whenFewerThan quota: Int, in window: Duration, at now: Instant) -> Instant {
        let length = window + Self.margin(window)
        let counted = calls.count - firstAnswered(after: now - length)
        return counted < quota ? now : calls[calls.count - quota].answered + length
    }

    /// By how much two clocks may differ over a window: they drift by 10 to 50 parts in a million, this is 244.
    private static func margin(_ window: Duration) -> Duration { window / 4096 }

    private func firstAnswered(after instant: Instant) -> Int {
        var (low, high) = (head, calls.count)
        while low < high {
            let middle = (low + high) / 2
            if calls[middle].answered > instant { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
