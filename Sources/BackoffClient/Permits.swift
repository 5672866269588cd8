import Synchronization

/// A fair semaphore for tasks: whoever asked first goes first, and a cancelled task leaves the queue.
///
/// libcurl could limit connections itself, but counts the time that a transfer queues against its timeout.
final class Permits: Sendable {
    private struct State {
        var available: Int
        var queue: [UInt64] = []
        /// Where the queue begins; what lies before has been served.
        var head = 0
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        /// Tickets whose holders are on their way into the queue, and those of them that were cancelled there.
        var arriving: Set<UInt64> = []
        var cancelled: Set<UInt64> = []
        var nextTicket: UInt64 = 0
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(available: count)) }

    /// What was waited for; given back when nobody holds it any more.
    final class Permit: Sendable {
        private let permits: Permits
        fileprivate init(_ permits: Permits) { self.permits = permits }
        deinit { permits.release() }
    }

    /// Waits for a permit; nil if the task was cancelled first.
    func acquire() async -> Permit? { await waitForOne() ? Permit(self) : nil }

    private func waitForOne() async -> Bool {
        let ticket: UInt64? = state.withLock { state in
            if state.available > 0 {
                state.available -= 1
                return nil
            }
            state.nextTicket += 1
            state.arriving.insert(state.nextTicket)
            return state.nextTicket
        }
        guard let ticket else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    state.arriving.remove(ticket)
                    if state.cancelled.remove(ticket) != nil { return false }
                    if state.available > 0 {
                        state.available -= 1
                        return true
                    }
                    state.queue.append(ticket)
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if state.arriving.contains(ticket) { state.cancelled.insert(ticket) }
                return state.waiting.removeValue(forKey: ticket)
            }
            waiter?.resume(returning: false)
        }
    }

    private func release() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            while state.head < state.queue.count {
                let ticket = state.queue[state.head]
                state.head += 1
                if state.head > 64 && state.head * 2 > state.queue.count {
                    state.queue.removeFirst(state.head)
                    state.head = 0
                }
                if let waiter = state.waiting.removeValue(forKey: ticket) { return waiter }
            }
            state.available += 1
            return nil
        }
        next?.resume(returning: true)
    }
}
