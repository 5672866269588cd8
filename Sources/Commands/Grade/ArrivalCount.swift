internal import HTTPSemantics
internal import Journal
internal import MockServer
internal import Synchronization

/// Counts the requests of a lane as they come.
final class ArrivalCount: Sendable {
    struct Reading: Sendable {
        var count: Int
        /// When the first came.
        var first: Instant
    }

    private let latest = Mutex<Reading?>(nil)

    /// Whether any request has come.
    var hasSeenAny: Bool { latest.withLock { $0 != nil } }

    /// Starts to count. The task ends by itself only when it is cancelled and the lane has closed or moved.
    ///
    /// - Parameter limit: a reading comes at the latest when there are more requests than this.
    /// - Returns: a reading for the first request and now and then another, and the task that counts.
    func readings(of lane: Lane, limit: Int) -> (readings: AsyncStream<Reading>, counting: Task<Void, Never>) {
        let (readings, continuation) = AsyncStream<Reading>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let counting = Task {
            var number: UInt64 = 0
            var reading: Reading?
            while !Task.isCancelled {
                // Every request has at least one entry, so this wakes in time for the last that is allowed.
                let awaited = reading.map { max(1, limit + 1 - $0.count) } ?? 1
                let slice = await lane.journal(since: number, waitingFor: awaited, atMost: .seconds(60))
                number = slice.nextNumber
                for entry in slice.entries {
                    guard case .arrived = entry.event else { continue }
                    reading = Reading(count: (reading?.count ?? 0) + 1, first: reading?.first ?? entry.instant)
                }
                guard let reading else { continue }
                latest.withLock { $0 = reading }
                continuation.yield(reading)
            }
            continuation.finish()
        }
        return (readings, counting)
    }
}
