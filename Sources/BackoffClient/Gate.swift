import Backoff
import HTTPSemantics
import Synchronization

/// A `PacingGate` with a queue in front: whoever asked first goes first, and a cancelled task leaves.
final class Gate: Sendable {
    enum Entry: Sendable {
        case go(PacingGate.Ticket)
        /// The gate stays closed for so long, longer than the caller wants to wait.
        case tooLong(Duration)
        /// As many wait as may wait.
        case crowded
        case cancelled
    }

    private struct Waiter {
        /// The caller wants to pass by then.
        var latest: Instant?
        var continuation: CheckedContinuation<Entry, Never>
    }

    private struct State {
        var pacing = PacingGate()
        /// Numbers of those that wait, in order; some may have left.
        var queue: [UInt64] = []
        var head = 0
        var waiters: [UInt64: Waiter] = [:]
        /// Those on their way into the queue, and those of them that were cancelled there.
        var arriving: Set<UInt64> = []
        var cancelled: Set<UInt64> = []
        var nextNumber: UInt64 = 0
        /// The next instant at which somebody looks.
        var alarm: Instant?

        var next: UInt64? { head < queue.count ? queue[head] : nil }

        mutating func removeHead() {
            head += 1
            if head > 64 && head * 2 > queue.count {
                queue.removeFirst(head)
                head = 0
            }
        }
    }

    private let state: Mutex<State>
    private let capacity: Int
    private let time: TimeLine

    /// - Parameter capacity: how many may wait.
    init(capacity: Int, time: TimeLine) {
        self.capacity = capacity
        self.time = time
        state = Mutex(State())
    }

    /// Whether nobody is here and nothing was learned: a new gate would do as well.
    var isBlank: Bool {
        state.withLock { $0.waiters.isEmpty && $0.arriving.isEmpty && $0.pacing.isBlank }
    }

    /// Waits until an attempt may be made. Whoever gets a ticket gives it back.
    ///
    /// - Parameter latest: an instant after which it is too late for the caller; nil: it has time.
    func enter(latest: Instant?) async -> Entry {
        let now = time.now
        let (entry, number): (Entry?, UInt64) = state.withLock { state in
            if state.waiters.isEmpty, state.arriving.isEmpty, case .go(let ticket) = state.pacing.admit(at: now) {
                return (.go(ticket), 0)
            }
            guard state.waiters.count + state.arriving.count < capacity else { return (.crowded, 0) }
            state.nextNumber += 1
            state.arriving.insert(state.nextNumber)
            return (nil, state.nextNumber)
        }
        if let entry { return entry }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    state.arriving.remove(number)
                    if state.cancelled.remove(number) != nil { return true }
                    state.queue.append(number)
                    state.waiters[number] = Waiter(latest: latest, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(returning: .cancelled) }
                letPass()
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if state.arriving.contains(number) { state.cancelled.insert(number) }
                return state.waiters.removeValue(forKey: number)
            }
            waiter?.continuation.resume(returning: .cancelled)
        }
    }

    /// The attempt of a ticket has ended.
    func finished(_ ticket: PacingGate.Ticket, _ outcome: PacingGate.Outcome) {
        let now = time.now
        state.withLock { $0.pacing.finished(ticket, outcome, at: now) }
        letPass()
    }

    /// The attempt of a ticket was not made.
    func cancelled(_ ticket: PacingGate.Ticket) {
        state.withLock { $0.pacing.cancelled(ticket) }
        letPass()
    }

    /// Lets pass whoever may, sends away those for whom it gets too late, and sees to it that somebody looks again.
    private func letPass() {
        let now = time.now
        var passing: [(CheckedContinuation<Entry, Never>, Entry)] = []
        let alarm: Instant? = state.withLock { state in
            while let number = state.next {
                guard let waiter = state.waiters[number] else {
                    state.removeHead()
                    continue
                }
                switch state.pacing.admit(at: now) {
                case .go(let ticket):
                    state.removeHead()
                    state.waiters[number] = nil
                    passing.append((waiter.continuation, .go(ticket)))
                case .wait(let until):
                    for (number, waiter) in state.waiters {
                        guard let latest = waiter.latest, latest <= now || (until ?? now) > latest else { continue }
                        state.waiters[number] = nil
                        passing.append((waiter.continuation, .tooLong((until ?? now) - now)))
                    }
                    let next = ([until].compactMap { $0 } + state.waiters.values.compactMap(\.latest)).min()
                    guard let next, state.alarm.map({ $0 <= now || next < $0 }) ?? true else { return nil }
                    state.alarm = next
                    return next
                }
            }
            return nil
        }
        for (continuation, entry) in passing { continuation.resume(returning: entry) }
        guard let alarm else { return }
        Task { [weak self, time] in
            let hasCome = await time.sleep(until: alarm)
            if hasCome { self?.letPass() } else { self?.sendAway() }
        }
    }

    /// The client was shut down: nobody will ever look again.
    private func sendAway() {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.continuation)
        }
        for waiter in waiters { waiter.resume(returning: .cancelled) }
    }
}
