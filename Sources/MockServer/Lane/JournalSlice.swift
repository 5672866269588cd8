public import Journal

/// Part of a lane's journal.
public struct JournalSlice: Hashable, Sendable {
    /// In the order in which they happened.
    public var entries: [JournalEntry]
    /// The number that the next entry will get: ask for it as `since` to read on.
    public var nextNumber: UInt64
    /// How many entries were lost because the journal was full, since the lane began or was reset.
    public var dropped: UInt64
    /// Whether the lane has ended, so that nothing will follow.
    public var hasEnded: Bool

    public init(entries: [JournalEntry], nextNumber: UInt64, dropped: UInt64, hasEnded: Bool = false) {
        self.entries = entries
        self.nextNumber = nextNumber
        self.dropped = dropped
        self.hasEnded = hasEnded
    }
}
