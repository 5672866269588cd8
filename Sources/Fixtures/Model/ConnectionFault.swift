/// A step of `connections:`: what happens to connections before a request exists.
public struct ConnectionFault: Hashable, Sendable {
    /// How many connections it takes before the next step.
    public var times: Int
    public var action: Action

    public init(times: Int = 1, action: Action) {
        self.times = times
        self.action = action
    }

    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// As usual: for steps between others.
        case accept
        /// TCP RST at once.
        case reset
        /// TCP FIN at once.
        case close
        /// It is accepted, and nothing that comes on it is ever answered.
        case stall
    }
}
