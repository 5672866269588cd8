public import BackoffClient
import HTTPSemantics
import HTTPTypes

extension CallQueue {
    /// What became of the calls that a process took from the queue.
    public struct Summary: Hashable, Sendable {
        public var answered = 0
        /// How often a call was given up for the time being; it may have been answered later.
        public var postponed = 0
        public var dead = 0

        public init() {}
    }

    /// What became of a call.
    public enum Ending: Sendable {
        /// Answered below 400; the call has left the queue.
        case answered(BackoffResponse)
        /// It will be tried again after this wait.
        case postponed(Duration, reason: String)
        /// It will not be tried again by itself.
        case dead(reason: String)
    }

    /// How often whoever has nothing to send looks whether others have added or left something.
    static let lookingInterval: Duration = .milliseconds(100)

    /// Sends what waits, in the order of priority, until only dead calls are left or the task is cancelled.
    ///
    /// The client's policy and its quota's gate decide when each request goes out; so many calls are in its hands at a
    /// time. A call that is added later with a higher priority comes after those. Calls of processes that have ended are
    /// taken over within a second.
    ///
    /// - Parameters:
    ///   - client: how calls are made. A call that it gives up waits at least 2.5 s, and longer each time, for up to
    ///     5 minutes; or as long as the server asked for, where that was longer than the client's policy waits.
    ///   - concurrency: calls at a time.
    ///   - stopsWhenEmpty: false: goes on waiting for calls that are added.
    ///   - onEnding: told what became of each call, after that was written down.
    /// - Returns: what became of the calls; after a cancellation, of those that had ended by then. Those under way wait
    ///   again.
    public func send(
        through client: BackoffClient, concurrency: Int = 8, stopsWhenEmpty: Bool = true,
        onEnding: (@Sendable (QueuedCall, Ending) -> Void)? = nil
    ) async throws(QueueError) -> Summary {
        precondition(concurrency > 0, "something must be sent")
        try recoverLeases()
        let result = await withTaskGroup(of: Result<Summary?, QueueError>.self) { group in
            group.addTask { await self.keepLeases() }
            for _ in 0..<concurrency {
                group.addTask { await self.work(client, stopsWhenEmpty: stopsWhenEmpty, onEnding) }
            }
            var summary = Summary()
            var failure: QueueError?
            var working = concurrency
            for await ended in group {
                switch ended {
                case .success(let part?):
                    working -= 1
                    summary.answered += part.answered
                    summary.postponed += part.postponed
                    summary.dead += part.dead
                case .success(nil): break
                case .failure(let error): failure = failure ?? error
                }
                if working == 0 || failure != nil { group.cancelAll() }
            }
            return failure.map(Result<Summary, QueueError>.failure) ?? .success(summary)
        }
        return try result.get()
    }

    /// Until it is cancelled: says that this process is there, and looks for those that are not.
    private func keepLeases() async -> Result<Summary?, QueueError> {
        var renewed = ContinuousClock.now
        while (try? await Task.sleep(for: .milliseconds(500))) != nil {
            do throws(QueueError) {
                try recoverLeases()
                if ContinuousClock.now - renewed >= limits.lease / 4 {
                    renewed = .now
                    try renewLeases()
                }
            } catch { return .failure(error) }
        }
        return .success(nil)
    }

    /// Makes one call after another.
    private func work(
        _ client: BackoffClient, stopsWhenEmpty: Bool, _ onEnding: (@Sendable (QueuedCall, Ending) -> Void)?
    ) async -> Result<Summary?, QueueError> {
        var summary = Summary()
        do throws(QueueError) {
            while !Task.isCancelled {
                switch try lease() {
                case .call(let call):
                    guard let ending = try await make(call, through: client) else { continue }
                    switch ending {
                    case .answered: summary.answered += 1
                    case .postponed: summary.postponed += 1
                    case .dead: summary.dead += 1
                    }
                    onEnding?(call, ending)
                case .empty where stopsWhenEmpty: return .success(summary)
                case .empty: try? await Task.sleep(for: Self.lookingInterval)
                case .wait(let wait): try? await Task.sleep(for: min(wait, Self.lookingInterval))
                }
            }
        } catch { return .failure(error) }
        return .success(summary)
    }

    /// Makes a call and writes down what became of it; nil if it was not tried to its end.
    private func make(_ call: QueuedCall, through client: BackoffClient) async throws(QueueError) -> Ending? {
        var generator = SystemRandomNumberGenerator()
        let disposition: Disposition
        var attempts = 0
        var response: BackoffResponse?
        do throws(BackoffError) {
            let answer = try await client.perform(call.request, body: call.body)
            attempts = answer.history.count
            response = answer
            disposition = Disposition(
                status: answer.response.status.code, hasKey: call.request.headerFields[.idempotencyKey] != nil,
                failures: call.failures, most: limits.failures, using: &generator)
        } catch {
            attempts = error.history.count
            disposition = Disposition(error, failures: call.failures, most: limits.failures, using: &generator)
        }
        try settle(call, disposition, attempts: attempts)
        switch disposition {
        case .answered: return response.map(Ending.answered)
        case .later(let wait, let reason, _): return .postponed(wait, reason: reason)
        case .dead(let reason): return .dead(reason: reason)
        case .released: return nil
        }
    }
}
