internal import Journal
internal import MockServer

extension Lane {
    /// The journal once no exchange is open any more, or the time is over.
    func settledJournal(within limit: Duration) async -> JournalSlice {
        var slice = await journal()
        let deadline = ContinuousClock.now + limit
        while Exchange.gather(slice.entries).exchanges.contains(where: { $0.endedAt == nil }) {
            let left = deadline - .now
            guard left > .zero else { break }
            _ = await journal(since: slice.nextNumber, waitingFor: 1, atMost: left)
            slice = await journal()
        }
        return slice
    }
}
