import HTTPSemantics

/// One sleep on the loop's line.
///
/// `@unchecked Sendable`: as ``Transfer``, it belongs to the loop thread once it was handed over.
final class Alarm: @unchecked Sendable {
    let due: Instant
    var isCancelled = false
    private var continuation: CheckedContinuation<Bool, Never>?

    init(due: Instant) { self.due = due }

    func await(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = continuation }

    /// Wakes the sleeper: true if the time came, false if the sleep was cut short.
    func finish(_ isDue: Bool) {
        continuation?.resume(returning: isDue)
        continuation = nil
    }
}

/// The sleeps under way, the latest first, so that the next one to end is the last.
struct AlarmList {
    private var alarms: [Alarm] = []

    var next: Instant? { alarms.last?.due }

    mutating func insert(_ alarm: Alarm) {
        var low = 0
        var high = alarms.count
        while low < high {
            let middle = (low + high) / 2
            if alarms[middle].due > alarm.due { low = middle + 1 } else { high = middle }
        }
        alarms.insert(alarm, at: low)
    }

    /// Takes the alarm out; false if it is not here.
    mutating func remove(_ alarm: Alarm) -> Bool {
        guard let index = alarms.firstIndex(where: { $0 === alarm }) else { return false }
        alarms.remove(at: index)
        return true
    }

    /// Takes out the next alarm that is due.
    mutating func takeDue(at now: Instant) -> Alarm? {
        guard let last = alarms.last, last.due <= now else { return nil }
        return alarms.removeLast()
    }

    mutating func takeAll() -> [Alarm] {
        defer { alarms = [] }
        return alarms
    }
}
