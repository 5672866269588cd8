/// A step of `connections:`: what happens to connections before a request exists.
public struct ConnectionFault: Hashable, Sendable {
    /// How many connections it takes before the next step; 0 where it lasts for a time instead.
    public var times: Int
    public var action: Action
    /// How long it lasts on the lane's line, from the connection before it, or from the lane's beginning. Only of
    /// ``Action/refuse``: the system refuses connections without telling anybody, so that they cannot be counted.
    public var duration: Duration

    public init(times: Int = 1, action: Action) {
        self.times = times
        self.action = action
        duration = .zero
    }

    /// The port refuses connections for a time.
    public init(refusingFor duration: Duration) {
        times = 0
        action = .refuse
        self.duration = duration
    }

    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// As usual: for steps between others.
        case accept
        /// Nobody listens: the system answers a SYN with RST.
        case refuse
        /// It is accepted; TCP RST at once.
        case reset
        /// It is accepted; TCP FIN at once.
        case close
        /// It is accepted, and nothing that comes on it is ever answered.
        case stall
    }
}
