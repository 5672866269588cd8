public import HTTPSemantics

/// The first line of a journal file: whose journal it is, and what a reader needs to understand its instants.
public struct JournalHeader: Hashable, Sendable {
    /// The version of the format that this code writes and reads.
    public static let version = 1

    public var lane: String
    /// The name of the lane's fixture.
    public var fixture: String
    public var seed: UInt64
    /// The lane's civil time.
    public var wall: WallLine

    public init(lane: String, fixture: String, seed: UInt64, wall: WallLine) {
        self.lane = lane
        self.fixture = fixture
        self.seed = seed
        self.wall = wall
    }
}
