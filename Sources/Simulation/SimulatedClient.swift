public import Backoff
public import HTTPSemantics
public import Upstream

/// The client's side of a simulation: what it sends, and what it does after each attempt.
///
/// One value stands for one process. What its calls share (a gate, a breaker, a budget) lies in it; what belongs to a
/// call lies in `Call`, of which there is one for every call under way, so it should be small where there are many.
public protocol SimulatedClient: Sendable {
    associatedtype Call: Sendable

    /// A call begins.
    ///
    /// - Parameter number: from 0, among the calls of this client.
    mutating func begin(_ number: Int, at now: Instant, using generator: inout SeededGenerator) -> Call

    /// Whether the next attempt of a call may start.
    mutating func admit(_ call: inout Call, at now: Instant) -> Admission

    /// The request of an attempt.
    mutating func request(_ call: inout Call, at now: Instant, using generator: inout SeededGenerator)
        -> UpstreamRequest

    /// How long the attempt that starts now may take; `nil`: as long as it takes.
    func timeout(of call: Call, at now: Instant) -> Duration?

    /// What follows an attempt.
    ///
    /// - Parameter received: the client's civil time at `now`.
    mutating func next(
        after outcome: AttemptOutcome, in call: inout Call, at now: Instant, received: WallTime,
        using generator: inout SeededGenerator
    ) -> NextStep

    /// What the caller is given when the call has ended.
    func output(of call: Call, after last: AttemptOutcome) -> [UInt8]
}

extension SimulatedClient {
    public mutating func admit(_ call: inout Call, at now: Instant) -> Admission { .send }

    public func timeout(of call: Call, at now: Instant) -> Duration? { nil }

    public func output(of call: Call, after last: AttemptOutcome) -> [UInt8] {
        if case .response(let response) = last { response.body } else { [] }
    }
}

/// Whether an attempt may start.
public enum Admission: Hashable, Sendable {
    case send
    /// Ask again at this instant, which lies in the future; `nil`: when an attempt of this client has ended. Who asked
    /// first is let through first.
    case wait(until: Instant?)
    /// The call ends without an attempt: a breaker is open, a budget is spent.
    case refuse
}

/// How an attempt ended, as the client sees it.
public enum AttemptOutcome: Hashable, Sendable {
    case response(Response)
    /// No complete response.
    ///
    /// - mayHaveArrived: whether any byte of the request was handed to the network.
    /// - partial: what came of the response, if its head did.
    case failure(TransportFailure, mayHaveArrived: Bool, partial: Response? = nil)

    public struct Response: Hashable, Sendable {
        public var status: Int
        /// All of them, or in a simulation of decisions alone the one that announces a wait.
        public var fields: FieldBlock
        public var body: [UInt8]

        public init(status: Int, fields: FieldBlock = FieldBlock(), body: [UInt8] = []) {
            self.status = status
            self.fields = fields
            self.body = body
        }
    }
}

/// What a client does after an attempt.
public enum NextStep: Hashable, Sendable {
    /// The next attempt starts after this time.
    case retry(after: Duration)
    case end(CallEnding)
}

/// How a call ended.
public enum CallEnding: Hashable, Sendable {
    /// The caller got what it asked for.
    case succeeded
    /// The caller was told that it failed.
    case failed
    /// The process died of it.
    case crashed
}
