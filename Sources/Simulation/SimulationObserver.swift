public import HTTPSemantics
public import Upstream

/// Who is told what happens in a simulation.
public protocol SimulationObserver {
    /// An attempt was answered, broke, was given up by its client, or is still open at the end.
    mutating func note(_ attempt: SimulatedAttempt)
    mutating func note(_ call: SimulatedCall)
    /// Whether the simulation may end; asked before each event.
    var hasSeenEnough: Bool { get }
}

extension SimulationObserver {
    public var hasSeenEnough: Bool { false }

    public mutating func note(_ attempt: SimulatedAttempt) {}
    public mutating func note(_ call: SimulatedCall) {}
}

/// One request at the upstream, in the order in which they ended there.
public struct SimulatedAttempt: Sendable {
    /// The position of its upstream.
    public var lane: Int
    public var worker: Int
    /// Among the worker's calls, from 0.
    public var call: Int
    /// Among the call's attempts, from 1.
    public var number: Int
    /// The connection of its worker that it came on, from 1; 0 where connections are not followed.
    public var connection: Int
    public var sentAt: Instant
    public var arrivedAt: Instant
    public var request: UpstreamRequest
    public var plan: ReplyPlan
    /// The first byte of the response, or the instant at which a fault without any struck; `nil` where there was none.
    public var repliedAt: Instant?
    /// The response, in a simulation of whole messages.
    public var reply: RenderedReply?
    /// When it was over at the upstream; `nil` at the end of a simulation.
    public var endedAt: Instant?
    public var ending: Ending

    public enum Ending: Hashable, Sendable {
        case completed
        /// By a fault of the fixture.
        case broken
        /// The client did not wait for the end.
        case abandoned
        /// The simulation ended first.
        case open
    }
}

/// A call that has ended.
public struct SimulatedCall: Sendable {
    public var worker: Int
    /// Among the worker's calls, from 0.
    public var number: Int
    public var attempts: Int
    public var began: Instant
    public var ended: Instant
    public var ending: CallEnding
    /// What its caller was given.
    public var output: [UInt8]
}
