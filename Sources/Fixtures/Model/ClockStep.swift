/// The upstream's civil clock is set, as a server's is that finds its time server again.
public struct ClockStep: Hashable, Sendable {
    /// How long after the lane began or was reset, not negative.
    public var at: Duration
    /// How far the clock jumps ahead; negative: back.
    public var by: Duration

    public init(at: Duration, by: Duration) {
        self.at = at
        self.by = by
    }
}
