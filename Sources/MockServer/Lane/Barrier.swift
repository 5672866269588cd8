internal import Fixtures

/// One group of `hold-until`: replies that wait until enough of them wait, in whichever lane. Pure: who waits is a
/// value the caller chooses, and the time at which it gives up is the caller's to watch.
///
/// After a release the barrier holds the next ones.
struct Barrier<Waiting> {
    private(set) var waiting: [Waiting] = []

    enum Outcome {
        /// It waits, and is the first of its round: the caller sets the alarm for ``release()``.
        case first
        case parked
        /// Enough wait: these go on now, the new one among them as the last.
        case released([Waiting])
    }

    mutating func park(_ newcomer: Waiting, _ hold: Hold) -> Outcome {
        waiting.append(newcomer)
        if waiting.count >= hold.parked { return .released(release()) }
        return waiting.count == 1 ? .first : .parked
    }

    /// Everybody who waits, as the round ends.
    mutating func release() -> [Waiting] {
        defer { waiting = [] }
        return waiting
    }

    /// Forgets those who have left.
    mutating func remove(where hasLeft: (Waiting) -> Bool) { waiting.removeAll(where: hasLeft) }
}
