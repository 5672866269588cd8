/// The signature of one retry loop around another: the ladder begins anew again and again.
struct NestedLoops: Hashable, Sendable {
    /// Requests of one inner ladder.
    var inner: Int
    /// How often it was begun.
    var outer: Int

    var description: String {
        "the same ladder of \(inner) requests, \(outer) times over: one retry loop around another"
    }

    /// Looks for an inner ladder of a constant length that was made at least three times, whole: of fewer pauses, drawn
    /// at random, some always look alike.
    ///
    /// - Parameter pauses: between the requests of one call, in seconds, in order.
    init?(_ pauses: [Double]) {
        let requests = pauses.count + 1
        guard requests >= 6 else { return nil }
        for length in 2...requests / 3 where Self.repeats(pauses, every: length) {
            inner = length
            outer = (requests + length - 1) / length
            return
        }
        return nil
    }

    /// Whether the pauses inside the ladders are the same each time, while most of those between two ladders are not
    /// what comes before them.
    private static func repeats(_ pauses: [Double], every length: Int) -> Bool {
        func agree(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= max(0.1, 0.25 * right) }
        var boundaries = 0
        var breaks = 0
        for position in pauses.indices {
            if (position + 1) % length != 0 {
                guard agree(pauses[position], pauses[position % length]) else { return false }
            } else {
                boundaries += 1
                if !agree(pauses[position], pauses[position - 1]) { breaks += 1 }
            }
        }
        return 2 * breaks > boundaries
    }
}
